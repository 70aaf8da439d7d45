import Primitives
import Storage

/// The SQL of members for whom another server vouches.
enum FederatedStore {
  static func member(
    issuer: String, subject: String, _ transaction: ReadTransaction
  ) throws -> Identifier<Member>? {
    try transaction.first(
      "SELECT member FROM access_federated WHERE issuer = $1 AND subject = $2", [.text(issuer), .text(subject)]
    ) { try MemberStore.identifier($0.blob(0)) }
  }

  static func issuers(of member: Identifier<Member>, _ transaction: ReadTransaction) throws -> [String] {
    try transaction.query(
      "SELECT issuer FROM access_federated WHERE member = $1 ORDER BY issuer LIMIT 20", [.blob(member.bytes)]
    ) { try $0.text(0) }
  }

  static func insert(
    issuer: String, subject: String, of member: Identifier<Member>, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO access_federated (issuer, subject, member, added) VALUES ($1, $2, $3, $4)",
      [.text(issuer), .text(subject), .blob(member.bytes), .integer(now.microseconds)])
  }
}
