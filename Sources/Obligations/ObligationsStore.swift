import Foundation
import Primitives
import Storage

/// The SQL of looks, observations and the schedule.
enum ObligationsStore {
  static func insert(_ observation: Observation, entry: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO obligations_observation (id, check_code, target, at, took, expires, outcome, verdict, seen, entry)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
      """,
      [
        .blob(observation.id.bytes), .text(observation.check.text), .text(observation.target),
        .integer(observation.at.microseconds), .integer(observation.took.inMicroseconds),
        .integer(observation.expires.microseconds), .text(observation.verdict.outcome.rawValue),
        .text(try encode(observation.verdict)), .text(String(decoding: observation.seen, as: UTF8.self)),
        .blob(entry),
      ])
  }

  static func put(_ look: EvidenceBook.Look, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO obligations_look (check_code, target, observation, at, expires, verdict, failures, alerted, found)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT (check_code, target) DO UPDATE SET observation = excluded.observation, at = excluded.at,
        expires = excluded.expires, verdict = excluded.verdict, failures = excluded.failures, alerted = excluded.alerted,
        found = excluded.found
      """,
      [
        .text(look.check.text), .text(look.target), .blob(look.observation.bytes), .integer(look.at.microseconds),
        .integer(look.expires.microseconds), .text(try encode(look.verdict)), .integer(look.failures),
        .optionalInteger(look.alerted?.microseconds), .optionalInteger(look.found?.microseconds),
      ])
  }

  /// The newest look at a target.
  static func look(
    _ check: Code<CheckName>, at target: String, _ transaction: ReadTransaction
  ) throws -> EvidenceBook.Look? {
    try transaction.first(
      """
      SELECT check_code, target, observation, at, expires, verdict, failures, alerted, found FROM obligations_look
      WHERE check_code = $1 AND target = $2
      """, [.text(check.text), .text(target)]
    ) { try look($0) }
  }

  /// The newest look at every target.
  /// - Parameter known: verdicts that were read before; an observation's never changes.
  static func looks(
    _ transaction: ReadTransaction, known: [Identifier<Observation>: Verdict] = [:]
  ) throws -> [EvidenceBook.Look] {
    try transaction.query(
      "SELECT check_code, target, observation, at, expires, verdict, failures, alerted, found FROM obligations_look"
    ) { try look($0, known: known) }
  }

  private static func look(
    _ row: borrowing Row, known: [Identifier<Observation>: Verdict] = [:]
  ) throws -> EvidenceBook.Look {
    let id: Identifier<Observation> = try identifier(row.blob(2))
    let (verdict, at) = (try known[id] ?? decode(row.text(5)), Instant(microseconds: try row.integer(3)))
    // What was written before this was kept tells it by its verdict.
    let found = try row.optionalInteger(8).map(Instant.init(microseconds:))
    return EvidenceBook.Look(
      check: Code(try row.text(0)), target: try row.text(1), observation: id, at: at,
      expires: Instant(microseconds: try row.integer(4)), verdict: verdict, failures: try row.integer(6),
      alerted: try row.optionalInteger(7).map(Instant.init(microseconds:)),
      found: found ?? (verdict.outcome == .notSatisfied ? at : nil))
  }

  /// Observations, the newest first.
  static func observations(
    _ check: Code<CheckName>, at target: String, before: Instant, limit: Int64, _ transaction: ReadTransaction
  ) throws -> [(observation: Observation, entry: [UInt8])] {
    try transaction.query(
      """
      SELECT id, check_code, target, at, took, expires, verdict, seen, entry FROM obligations_observation
      WHERE check_code = $1 AND target = $2 AND at < $3 ORDER BY at DESC LIMIT $4
      """, [.text(check.text), .text(target), .integer(before.microseconds), .integer(limit)]
    ) { try observation($0) }
  }

  static func observation(
    _ id: Identifier<Observation>, _ transaction: ReadTransaction
  ) throws -> (observation: Observation, entry: [UInt8])? {
    try transaction.first(
      """
      SELECT id, check_code, target, at, took, expires, verdict, seen, entry FROM obligations_observation
      WHERE id = $1
      """, [.blob(id.bytes)]
    ) { try observation($0) }
  }

  private static func observation(_ row: borrowing Row) throws -> (observation: Observation, entry: [UInt8]) {
    let observation = Observation(
      id: try identifier(row.blob(0)), check: Code(try row.text(1)), target: try row.text(2),
      at: Instant(microseconds: try row.integer(3)), took: .microseconds(try row.integer(4)),
      expires: Instant(microseconds: try row.integer(5)), verdict: try decode(row.text(6)),
      seen: Array(try row.text(7).utf8))
    return (observation, try row.blob(8))
  }

  // MARK: Values

  static func identifier<Subject>(_ bytes: [UInt8]) throws -> Identifier<Subject> {
    guard let id = Identifier<Subject>(bytes: bytes) else { throw ObligationsError.damaged(reason: "an identifier") }
    return id
  }

  private static func encode(_ verdict: Verdict) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(verdict), as: UTF8.self)
  }

  private static func decode(_ text: String) throws -> Verdict {
    guard let verdict = try? JSONDecoder().decode(Verdict.self, from: Data(text.utf8)) else {
      throw ObligationsError.damaged(reason: "a verdict")
    }
    return verdict
  }
}

extension Duration {
  /// Whole microseconds, rounded towards zero.
  var inMicroseconds: Int64 { components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000 }
}
