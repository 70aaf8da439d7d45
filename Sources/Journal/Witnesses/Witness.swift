import Crypto
public import Primitives
public import Storage
public import TransparencyLog

/// Watches the ledgers of others: it cosigns a checkpoint only if that continues the last one it cosigned (C2SP
/// tlog-witness). Whoever sees its cosignature knows that nobody was shown another ledger of that size.
public struct Witness: Sendable {
  private let database: Database
  private let key: SigningKey
  private let policy: LogPolicy
  private let surroundings: Surroundings

  /// The tables of a witness.
  public static let migrations = MigrationPlan(
    room: "witness",
    [
      Migration(
        """
        CREATE TABLE witness_log (
          origin_hash TEXT PRIMARY KEY, origin TEXT NOT NULL, size INTEGER NOT NULL, note TEXT NOT NULL) STRICT
        """)
    ])

  /// A witness for the logs of a policy.
  /// - Throws: ``TransparencyLogError`` when the key is not one for cosignatures.
  public init(
    database: Database, key: SigningKey, watching policy: LogPolicy, surroundings: Surroundings = .system
  ) throws(TransparencyLogError) {
    guard key.verifierKey.kind == .cosignature else {
      throw .malformed(.signingKey, line: nil, reason: "a witness needs a key of type 4 (cosignature)")
    }
    self.database = database
    self.key = key
    self.policy = policy
    self.surroundings = surroundings
  }

  /// The key that its cosignatures verify under.
  public var verifierKey: VerifierKey { key.verifierKey }

  /// Answers `add-checkpoint`. What it cosigns is durable before the answer is given; of two requests at the same time
  /// that do not fit together, one is refused.
  /// - Returns: the cosignature line.
  /// - Throws: ``WitnessRefusal``, or ``StorageError`` when nothing could be decided.
  public func addCheckpoint(_ body: [UInt8]) async throws -> String {
    let request: WitnessRequest
    do {
      request = try WitnessRequest(parsing: body)
    } catch {
      throw WitnessRefusal.malformed(reason: error.description)
    }
    let verified = try await database.write { transaction in
      let origin = try Self.checkpoint(in: request).origin
      let latest = try WitnessStore.latest(Self.originHash(origin), transaction)
      let verified = try WitnessDecision.judge(
        request, trusting: policy,
        latest: try latest.map { try Checkpoint(text: SignedNote(parsing: Array($0.utf8)).text) })
      try WitnessStore.put(verified, hash: Self.originHash(origin), transaction)
      return verified
    }
    return try key.sign(verified.note.text, at: surroundings.now()).line
  }

  /// The checkpoint it cosigned last for the log whose origin has this hash; nil when there is none.
  public func latestCheckpoint(originHash: String) async throws -> String? {
    try await database.read { try WitnessStore.latest(originHash, $0) }
  }

  /// SHA-256 of an origin in hexadecimal, as the reading interface of tlog-witness names logs.
  public static func originHash(_ origin: String) -> String {
    Hexadecimal.encode(SHA256.hash(data: Array(origin.utf8)))
  }

  private static func checkpoint(in request: WitnessRequest) throws(WitnessRefusal) -> Checkpoint {
    do {
      return try Checkpoint(text: request.checkpoint.text)
    } catch {
      throw .malformed(reason: error.description)
    }
  }
}

/// The SQL of a witness.
private enum WitnessStore {
  static func latest(_ hash: String, _ transaction: ReadTransaction) throws -> String? {
    try transaction.first("SELECT note FROM witness_log WHERE origin_hash = $1", [.text(hash)]) { try $0.text(0) }
  }

  static func put(_ verified: VerifiedCheckpoint, hash: String, _ transaction: WriteTransaction) throws {
    // Only the log's own signatures are kept: what others added is not this witness's to vouch for.
    var note = try SignedNote(text: verified.note.text)
    for line in verified.note.signatures where verified.logKeys.contains(where: { $0.isNamed(by: line) }) {
      note.add(line)
    }
    try transaction.execute(
      """
      INSERT INTO witness_log (origin_hash, origin, size, note) VALUES ($1, $2, $3, $4)
      ON CONFLICT (origin_hash) DO UPDATE SET size = excluded.size, note = excluded.note
      """,
      [
        .text(hash), .text(verified.checkpoint.origin), .integer(Int64(verified.checkpoint.size)),
        .text(note.serialized),
      ])
  }
}
