import Foundation
import Primitives
import Storage

/// The SQL of evidence as it was: how much there is, and how long something has been seen.
enum EvidenceHistoryStore {
  /// How many observations there are from a moment on.
  static func count(
    of check: Code<CheckName>, at target: String, from start: Instant, _ transaction: ReadTransaction
  ) throws -> Int64 {
    try transaction.first(
      "SELECT count(*) FROM obligations_observation WHERE check_code = $1 AND target = $2 AND at >= $3",
      [.text(check.text), .text(target), .integer(start.microseconds)]
    ) { try $0.integer(0) } ?? 0
  }

  /// When the observation was made that comes so many after the first one from a moment on; nil when there are not so
  /// many.
  static func moment(
    of check: Code<CheckName>, at target: String, from start: Instant, skipping count: Int64,
    _ transaction: ReadTransaction
  ) throws -> Instant? {
    try transaction.first(
      """
      SELECT at FROM obligations_observation WHERE check_code = $1 AND target = $2 AND at >= $3
      ORDER BY at LIMIT 1 OFFSET $4
      """, [.text(check.text), .text(target), .integer(start.microseconds), .integer(count)]
    ) { Instant(microseconds: try $0.integer(0)) }
  }

  /// The first of the observations in a row, up to the one that is given, that saw a weakness; those that could not
  /// look break no row.
  /// - Parameter limit: so many observations are looked through at most.
  static func start(of seen: SeenFinding, limit: Int64, _ transaction: ReadTransaction) throws -> Instant {
    var start = seen.at
    try transaction.forEach(
      """
      SELECT at, CASE WHEN verdict LIKE $1 ESCAPE '~' THEN 1 WHEN outcome = 'couldNotCheck' THEN 2 ELSE 0 END
      FROM obligations_observation WHERE check_code = $2 AND target = $3 AND at <= $4 ORDER BY at DESC LIMIT $5
      """,
      [
        .text(try pattern(of: seen.finding)), .text(seen.check.text), .text(seen.target),
        .integer(seen.at.microseconds), .integer(limit),
      ]
    ) { row in
      let match = try row.integer(1)
      if match == 1 { start = Instant(microseconds: try row.integer(0)) }
      return match != 0
    }
    return start
  }

  /// What stands in a stored verdict that has a weakness of this kind at this place. Verdicts are stored with their
  /// members sorted, so code and place stand side by side.
  private static func pattern(of finding: Finding) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let mark = try encoder.encode(["code": finding.code.text, "place": finding.place])
    let text = String(decoding: mark.dropLast(), as: UTF8.self)
    let escaped = text.replacing("~", with: "~~").replacing("%", with: "~%").replacing("_", with: "~_")
    return "%\(escaped),%"
  }

  /// Who put the profile in force, and when.
  static func profileChange(_ transaction: ReadTransaction) throws -> (author: String, at: Instant)? {
    try transaction.first("SELECT author, at FROM obligations_profile ORDER BY seq DESC LIMIT 1") {
      (try $0.text(0), Instant(microseconds: try $0.integer(1)))
    }
  }
}
