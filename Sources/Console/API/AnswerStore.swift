import Access
import Primitives
import Storage

/// The SQL of answers kept for repeated requests.
enum AnswerStore {
  enum Claim: Sendable {
    case claimed
    case answered(status: Int64, body: String)
    case beingWorkedOn
    /// It was begun some time ago and nobody noted how it ended.
    case unanswered
    case otherRequest
  }

  private static let kept: Duration = .seconds(86_400)
  /// Whoever works on a request for so long has died.
  private static let patience: Duration = .seconds(60)

  static func claim(
    _ key: String, of member: Identifier<Member>, request: [UInt8], at now: Instant, _ transaction: WriteTransaction
  ) throws -> Claim {
    try transaction.execute(
      "DELETE FROM console_answer WHERE at < $1", [.integer(now.advanced(by: .zero - kept).microseconds)])
    let known = try transaction.first(
      "SELECT request, status, body, at FROM console_answer WHERE member = $1 AND key = $2",
      [.blob(member.bytes), .text(key)]
    ) { (try $0.blob(0), try $0.optionalInteger(1), try $0.optionalText(2), try $0.integer(3)) }
    if let known {
      guard known.0 == request else { return .otherRequest }
      guard let status = known.1, let body = known.2 else {
        return Instant(microseconds: known.3).advanced(by: patience) > now ? .beingWorkedOn : .unanswered
      }
      return .answered(status: status, body: body)
    }
    try transaction.execute(
      "INSERT INTO console_answer (member, key, request, at) VALUES ($1, $2, $3, $4)",
      [.blob(member.bytes), .text(key), .blob(request), .integer(now.microseconds)])
    return .claimed
  }

  static func put(
    _ status: Int64, _ body: String, for key: String, of member: Identifier<Member>, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE console_answer SET status = $1, body = $2 WHERE member = $3 AND key = $4",
      [.integer(status), .text(body), .blob(member.bytes), .text(key)])
  }

  static func forget(_ key: String, of member: Identifier<Member>, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "DELETE FROM console_answer WHERE member = $1 AND key = $2", [.blob(member.bytes), .text(key)])
  }
}
