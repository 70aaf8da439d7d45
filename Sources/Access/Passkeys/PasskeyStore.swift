import Primitives
import Storage

/// The SQL of passkeys.
enum PasskeyStore {
  static func passkey(_ id: [UInt8], _ transaction: ReadTransaction) throws -> Passkey? {
    try transaction.first(
      """
      SELECT id, member, label, public_key, sign_count, aaguid, transports, backup_eligible, backed_up, attestation,
        regressed, added, used FROM access_passkey WHERE id = $1
      """, [.blob(id)], row: read)
  }

  static func passkeys(of member: Identifier<Member>, _ transaction: ReadTransaction) throws -> [Passkey] {
    try transaction.query(
      """
      SELECT id, member, label, public_key, sign_count, aaguid, transports, backup_eligible, backed_up, attestation,
        regressed, added, used FROM access_passkey WHERE member = $1 ORDER BY added
      """, [.blob(member.bytes)], row: read)
  }

  private static func read(_ row: borrowing Row) throws -> Passkey {
    Passkey(
      id: try row.blob(0), member: try MemberStore.identifier(row.blob(1)), label: try row.text(2),
      publicKey: try COSEKey(parsing: row.blob(3)), signCount: UInt32(clamping: try row.integer(4)),
      aaguid: try row.blob(5), transports: try row.text(6).split(separator: " ").map { String($0) },
      isBackupEligible: try row.integer(7) == 1, isBackedUp: try row.integer(8) == 1,
      attestation: Passkey.Attestation(rawValue: try row.text(9)) ?? .none,
      regressed: try row.optionalInteger(10).map(Instant.init(microseconds:)),
      added: Instant(microseconds: try row.integer(11)),
      used: try row.optionalInteger(12).map(Instant.init(microseconds:)))
  }

  static func insert(_ passkey: Passkey, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO access_passkey (id, member, label, public_key, sign_count, aaguid, transports, backup_eligible,
        backed_up, attestation, added) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      """,
      [
        .blob(passkey.id), .blob(passkey.member.bytes), .text(passkey.label), .blob(passkey.publicKey.bytes),
        .integer(Int64(passkey.signCount)), .blob(passkey.aaguid), .text(passkey.transports.joined(separator: " ")),
        .integer(passkey.isBackupEligible ? 1 : 0), .integer(passkey.isBackedUp ? 1 : 0),
        .text(passkey.attestation.rawValue), .integer(passkey.added.microseconds),
      ])
  }

  static func putUse(
    of id: [UInt8], _ outcome: PasskeyAssertion.Outcome, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "UPDATE access_passkey SET sign_count = $1, backed_up = $2, used = $3 WHERE id = $4",
      [
        .integer(Int64(outcome.signCount)), .integer(outcome.isBackedUp ? 1 : 0), .integer(now.microseconds), .blob(id),
      ])
    guard outcome.isCountRegressed else { return }
    try transaction.execute(
      "UPDATE access_passkey SET regressed = $1 WHERE id = $2", [.integer(now.microseconds), .blob(id)])
  }

  static func putLabel(_ label: String, of id: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute("UPDATE access_passkey SET label = $1 WHERE id = $2", [.text(label), .blob(id)])
  }

  static func delete(_ id: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM access_passkey WHERE id = $1", [.blob(id)])
  }
}
