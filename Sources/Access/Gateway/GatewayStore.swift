import Primitives
import Storage

/// The SQL of the gateway: its signing key, and the tokens by which guarded hosts recognise a session.
enum GatewayStore {
  static func sealedSeed(_ transaction: ReadTransaction) throws -> [UInt8]? {
    try transaction.first("SELECT seed FROM access_gateway_key WHERE id = 1") { try $0.blob(0) }
  }

  static func putSealedSeed(_ seed: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute("INSERT INTO access_gateway_key (id, seed) VALUES (1, $1)", [.blob(seed)])
  }

  static func insert(
    _ digest: [UInt8], session: Identifier<Session>, host: String, at now: Instant, _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO access_gateway_session (digest, session, host, opened) VALUES ($1, $2, $3, $4)",
      [.blob(digest), .blob(session.bytes), .text(host), .integer(now.microseconds)])
  }

  static func deleteAll(openedBefore limit: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM access_gateway_session WHERE opened < $1", [.integer(limit.microseconds)])
  }

  /// The digest of the session's own token, of a guarded host's token.
  static func session(_ digest: [UInt8], host: String, _ transaction: ReadTransaction) throws -> [UInt8]? {
    try transaction.first(
      """
      SELECT s.digest FROM access_gateway_session g JOIN access_session s ON s.id = g.session
      WHERE g.digest = $1 AND g.host = $2
      """, [.blob(digest), .text(host)]
    ) { try $0.blob(0) }
  }

  /// The digest of the token of a session.
  static func session(_ id: Identifier<Session>, _ transaction: ReadTransaction) throws -> [UInt8]? {
    try transaction.first("SELECT digest FROM access_session WHERE id = $1", [.blob(id.bytes)]) { try $0.blob(0) }
  }
}
