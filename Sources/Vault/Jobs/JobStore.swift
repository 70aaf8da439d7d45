import Primitives
import Storage

/// The SQL of long work.
enum JobStore {
  static func insert(_ job: VaultJob, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_job (id, kind, author, state, target, cursor, done, total, begun, changed)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """,
      [
        .blob(job.id.bytes), .text(job.kind.rawValue), .text(job.author), .text(job.state.rawValue),
        .integer(job.target), .blob(job.cursor), .integer(job.done), .integer(job.total),
        .integer(job.begun.microseconds), .integer(job.changed.microseconds),
      ])
  }

  static func put(_ job: VaultJob, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      UPDATE vault_job SET state = $1, cursor = $2, done = $3, total = $4, changed = $5, ended = $6, problem = $7
      WHERE id = $8
      """,
      [
        .text(job.state.rawValue), .blob(job.cursor), .integer(job.done), .integer(job.total),
        .integer(job.changed.microseconds), .optionalInteger(job.ended?.microseconds), .optionalText(job.problem),
        .blob(job.id.bytes),
      ])
  }

  static func job(_ id: Identifier<VaultJob>, _ transaction: ReadTransaction) throws -> VaultJob? {
    try transaction.first(
      """
      SELECT id, kind, author, state, target, cursor, done, total, begun, changed, ended, problem FROM vault_job
      WHERE id = $1
      """, [.blob(id.bytes)], row: read)
  }

  /// A job as it is now; nil when it was stopped since.
  static func stillRunning(_ id: Identifier<VaultJob>, _ transaction: ReadTransaction) throws -> VaultJob? {
    try job(id, transaction).flatMap { $0.state == .running ? $0 : nil }
  }

  /// The newest first.
  static func jobs(_ transaction: ReadTransaction) throws -> [VaultJob] {
    try transaction.query(
      """
      SELECT id, kind, author, state, target, cursor, done, total, begun, changed, ended, problem FROM vault_job
      ORDER BY id DESC LIMIT 100
      """, row: read)
  }

  /// The oldest that runs.
  static func running(_ transaction: ReadTransaction) throws -> VaultJob? {
    try transaction.first(
      """
      SELECT id, kind, author, state, target, cursor, done, total, begun, changed, ended, problem FROM vault_job
      WHERE state = 'running' ORDER BY id LIMIT 1
      """, row: read)
  }

  private static func read(_ row: borrowing Row) throws -> VaultJob {
    guard let kind = VaultJob.Kind(rawValue: try row.text(1)), let state = VaultJob.State(rawValue: try row.text(3))
    else { throw VaultError.damaged(what: "a job") }
    var job = VaultJob(
      id: try row.identifier(0), kind: kind, author: try row.text(2), target: try row.integer(4),
      total: try row.integer(7), begun: Instant(microseconds: try row.integer(8)))
    job.state = state
    job.cursor = try row.optionalBlob(5) ?? []
    job.done = try row.integer(6)
    job.changed = Instant(microseconds: try row.integer(9))
    job.ended = try row.optionalInteger(10).map(Instant.init(microseconds:))
    job.problem = try row.optionalText(11)
    return job
  }
}
