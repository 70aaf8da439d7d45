import Journal
import Primitives
import Storage

/// The SQL of what people say and decide: profiles, attestations, exceptions.
enum DecisionStore {
  /// The text of the profile in force.
  static func profile(_ transaction: ReadTransaction) throws -> String? {
    try transaction.first("SELECT yaml FROM obligations_profile ORDER BY seq DESC LIMIT 1") { try $0.text(0) }
  }

  /// When a profile was put in force for the first time; later ones move no deadline.
  static func firstProfile(_ transaction: ReadTransaction) throws -> Instant? {
    try transaction.first("SELECT at FROM obligations_profile ORDER BY seq LIMIT 1") {
      Instant(microseconds: try $0.integer(0))
    }
  }

  static func insertProfile(_ yaml: String, by author: String, at now: Instant, _ transaction: WriteTransaction) throws
  {
    try transaction.execute(
      "INSERT INTO obligations_profile (yaml, author, at) VALUES ($1, $2, $3)",
      [.text(yaml), .text(author), .integer(now.microseconds)])
  }

  static func insert(_ attestation: Attestation, document: [UInt8], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO obligations_attestation (id, control, statement, author, signed, expires, withdrawn, document_name,
        document_digest, document_size, document, entry)
      VALUES ($1, $2, $3, $4, $5, $6, NULL, $7, $8, $9, $10, $11)
      """,
      [
        .blob(attestation.id.bytes), .text(attestation.control.text), .text(attestation.statement),
        .text(attestation.author), .integer(attestation.signed.microseconds),
        .integer(attestation.expires.microseconds), .text(attestation.document.name),
        .text(attestation.document.digest), .integer(attestation.document.size), .blob(document),
        .optionalBlob(attestation.entry?.bytes),
      ])
  }

  static func attestations(_ transaction: ReadTransaction) throws -> [Attestation] {
    try transaction.query(
      """
      SELECT id, control, statement, author, signed, expires, document_name, document_digest, document_size, withdrawn,
        entry
      FROM obligations_attestation ORDER BY signed DESC
      """
    ) { row in
      Attestation(
        id: try ObligationsStore.identifier(row.blob(0)), control: Code(try row.text(1)), statement: try row.text(2),
        author: try row.text(3), signed: Instant(microseconds: try row.integer(4)),
        expires: Instant(microseconds: try row.integer(5)),
        document: Attestation.Document(
          name: try row.text(6), digest: try row.text(7), size: try row.integer(8)),
        withdrawn: try row.optionalInteger(9).map(Instant.init(microseconds:)),
        entry: try row.optionalBlob(10).map(ObligationsStore.identifier))
    }
  }

  static func document(of id: Identifier<Attestation>, _ transaction: ReadTransaction) throws -> (String, [UInt8])? {
    try transaction.first(
      "SELECT document_name, document FROM obligations_attestation WHERE id = $1", [.blob(id.bytes)]
    ) { (try $0.text(0), try $0.blob(1)) }
  }

  /// - Returns: whether there was one that was not withdrawn yet.
  static func withdraw(_ id: Identifier<Attestation>, at now: Instant, _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE obligations_attestation SET withdrawn = $1 WHERE id = $2 AND withdrawn IS NULL",
      [.integer(now.microseconds), .blob(id.bytes)]) == 1
  }

  static func insert(_ exception: Exception, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO obligations_exception (id, subject, reason, approver, granted, ends, ended, entry)
      VALUES ($1, $2, $3, $4, $5, $6, NULL, $7)
      """,
      [
        .blob(exception.id.bytes), .text(exception.subject.name), .text(exception.reason), .text(exception.approver),
        .integer(exception.granted.microseconds), .integer(exception.ends.microseconds),
        .optionalBlob(exception.entry?.bytes),
      ])
  }

  static func exceptions(_ transaction: ReadTransaction) throws -> [Exception] {
    try transaction.query(
      "SELECT id, subject, reason, approver, granted, ends, ended, entry FROM obligations_exception ORDER BY granted DESC"
    ) { row in
      let name = try row.text(1)
      guard let subject = Exception.Subject(name) else {
        throw ObligationsError.damaged(reason: "an exception from \(name)")
      }
      return Exception(
        id: try ObligationsStore.identifier(row.blob(0)), subject: subject, reason: try row.text(2),
        approver: try row.text(3), granted: Instant(microseconds: try row.integer(4)),
        ends: Instant(microseconds: try row.integer(5)),
        ended: try row.optionalInteger(6).map(Instant.init(microseconds:)),
        entry: try row.optionalBlob(7).map(ObligationsStore.identifier))
    }
  }

  /// - Returns: whether there was one that was not ended yet.
  static func end(_ id: Identifier<Exception>, at now: Instant, _ transaction: WriteTransaction) throws -> Bool {
    try transaction.execute(
      "UPDATE obligations_exception SET ended = $1 WHERE id = $2 AND ended IS NULL",
      [.integer(now.microseconds), .blob(id.bytes)]) == 1
  }
}
