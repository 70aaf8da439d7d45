import Primitives
import Storage

/// The SQL of subjects: who there is, what happened to them, what holds them, and who was forgotten.
enum SubjectStore {
  static func insert(_ subjects: [Identifier<Subject>], at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO vault_subject (id, state, made) VALUES ($1, 0, $2)",
      batch: subjects.map { [.blob($0.bytes), .integer(now.microseconds)] })
  }

  static func state(_ subject: Identifier<Subject>, _ transaction: ReadTransaction) throws -> SubjectState? {
    try transaction.first("SELECT state FROM vault_subject WHERE id = $1", [.blob(subject.bytes)]) {
      SubjectState(rawValue: try $0.integer(0))
    } ?? nil
  }

  static func put(
    _ state: SubjectState, of subject: Identifier<Subject>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE vault_subject SET state = $1 WHERE id = $2", [.integer(state.rawValue), .blob(subject.bytes)])
  }

  static func count(_ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM vault_subject") { try $0.integer(0) } ?? 0
  }

  /// Those whose forgetting was begun.
  static func subjects(in state: SubjectState, limit: Int, _ transaction: ReadTransaction) throws
    -> [Identifier<Subject>]
  {
    try transaction.query(
      "SELECT id FROM vault_subject WHERE state = $1 LIMIT $2", [.integer(state.rawValue), .integer(limit)]
    ) { try $0.identifier(0) }
  }

  static func subjects(after cursor: [UInt8], limit: Int, _ transaction: ReadTransaction) throws
    -> [Identifier<Subject>]
  {
    try transaction.query(
      "SELECT id FROM vault_subject WHERE id > $1 ORDER BY id LIMIT $2", [.blob(cursor), .integer(limit)]
    ) { try $0.identifier(0) }
  }

  static func lastSubject(_ transaction: ReadTransaction) throws -> Identifier<Subject>? {
    try transaction.first("SELECT id FROM vault_subject ORDER BY id DESC LIMIT 1") { try $0.identifier(0) }
  }

  static func putEvent(
    _ event: SubjectEvent, of subject: Identifier<Subject>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO vault_event (subject, name, at) VALUES ($1, $2, $3)
      ON CONFLICT (subject, name) DO UPDATE SET at = excluded.at
      """, [.blob(subject.bytes), .text(event.name), .integer(event.at.microseconds)])
  }

  static func events(of subject: Identifier<Subject>, _ transaction: ReadTransaction) throws -> [String: Instant] {
    Dictionary(
      uniqueKeysWithValues: try transaction.query(
        "SELECT name, at FROM vault_event WHERE subject = $1", [.blob(subject.bytes)]
      ) { (try $0.text(0), Instant(microseconds: try $0.integer(1))) })
  }

  static func insert(_ hold: LegalHold, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO vault_hold (id, subject, reason, author, made) VALUES ($1, $2, $3, $4, $5)",
      [
        .blob(hold.id.bytes), .blob(hold.subject.bytes), .text(hold.reason), .text(hold.author),
        .integer(hold.made.microseconds),
      ])
  }

  static func endHold(_ id: Identifier<LegalHold>, at now: Instant, _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE vault_hold SET ended = $1 WHERE id = $2 AND ended IS NULL", [.integer(now.microseconds), .blob(id.bytes)])
      == 1
  }

  static func holds(on subject: Identifier<Subject>, _ transaction: ReadTransaction) throws -> [LegalHold] {
    try transaction.query(
      """
      SELECT id, subject, reason, author, made, ended FROM vault_hold WHERE subject = $1 AND ended IS NULL ORDER BY id
      """, [.blob(subject.bytes)], row: readHold)
  }

  static func hold(_ id: Identifier<LegalHold>, _ transaction: ReadTransaction) throws -> LegalHold? {
    try transaction.first(
      "SELECT id, subject, reason, author, made, ended FROM vault_hold WHERE id = $1", [.blob(id.bytes)], row: readHold)
  }

  /// Those in force, the newest first.
  static func holds(_ transaction: ReadTransaction) throws -> [LegalHold] {
    try transaction.query(
      """
      SELECT id, subject, reason, author, made, ended FROM vault_hold WHERE ended IS NULL ORDER BY id DESC LIMIT 500
      """, row: readHold)
  }

  private static func readHold(_ row: borrowing Row) throws -> LegalHold {
    LegalHold(
      id: try row.identifier(0), subject: try row.identifier(1), reason: try row.text(2), author: try row.text(3),
      made: Instant(microseconds: try row.integer(4)),
      ended: try row.optionalInteger(5).map(Instant.init(microseconds:)))
  }

  /// Takes away everything about a subject but the traces in the journal.
  static func deleteAll(of subject: Identifier<Subject>, _ transaction: WriteTransaction) throws {
    let name: [SQLValue] = [.blob(subject.bytes)]
    try transaction.execute("DELETE FROM vault_subject_key WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_record WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_blind WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_token WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_event WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_hold WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_file_piece WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_file WHERE subject = $1", name)
    try transaction.execute("DELETE FROM vault_subject WHERE id = $1", name)
  }

  static func insertTombstone(
    _ pseudonym: ErasureList.Pseudonym, at now: Instant, entry: [UInt8], _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      """
      INSERT INTO vault_tombstone (pseudonym, at, entry) VALUES ($1, $2, $3) ON CONFLICT (pseudonym) DO NOTHING
      """, [.blob(pseudonym.bytes), .integer(now.microseconds), .blob(entry)])
  }

  /// Of everybody who was forgotten.
  static func tombstonePseudonyms(_ transaction: ReadTransaction) throws -> [[UInt8]] {
    try transaction.query("SELECT pseudonym FROM vault_tombstone") { try $0.blob(0) }
  }

  static func tombstones(_ transaction: ReadTransaction) throws -> Int64 {
    try transaction.first("SELECT count(*) FROM vault_tombstone") { try $0.integer(0) } ?? 0
  }
}

/// How it stands with a subject.
enum SubjectState: Int64, Sendable {
  case inUse = 0
  /// Asked to be forgotten; what is there has to be kept, and is read for that alone.
  case restricted = 1
  /// Being forgotten: the file outside the database knows it, the rows may still be there.
  case leaving = 2
}
