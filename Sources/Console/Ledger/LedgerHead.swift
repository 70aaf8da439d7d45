import Journal
import Primitives
import TransparencyLog

/// The head of the ledger as it is served: the checkpoint, who signed it, and what it does not cover yet.
struct LedgerHead: Sendable {
  let checkpoint: VerifiedCheckpoint
  /// The number of entries that have a place in the tree; some may wait for cosignatures.
  let published: UInt64

  var size: UInt64 { checkpoint.checkpoint.size }

  /// The key by which anybody can check it.
  var key: String { checkpoint.logKeys.first?.description ?? "" }
}

extension LedgerHead {
  init(of rooms: Rooms) async throws {
    let note = try await rooms.journal.servedCheckpoint(under: rooms.policy)
    checkpoint = try rooms.policy.verifyWithoutQuorum(note)
    published = try await rooms.journal.publishedSize()
  }
}

/// The head as the explorer shows it.
struct HeadText: Sendable {
  struct SignatureText: Sendable {
    let name: String
    let keyID: String
    let words: String
    let isOwn: Bool
    /// When a witness saw it.
    let attested: TimeText?
  }

  let origin: String
  let size: String
  let root: String
  /// When a witness saw it last, or its last entry was made; nil for an empty tree.
  let at: TimeText?
  let note: String
  let key: String
  let signatures: [SignatureText]
  let witnesses: String
  let pending: String?

  /// - Parameter newest: when the last entry under it was made.
  init(_ head: LedgerHead, policy: LogPolicy, newest: Instant?, at now: Instant) {
    let verified = head.checkpoint
    origin = verified.checkpoint.origin
    size = CountText.grouped(head.size)
    root = verified.checkpoint.root.base64
    at = (verified.witnesses.map(\.time).max() ?? newest).map { TimeText($0, asOf: now) }
    note = verified.note.serialized
    key = head.key
    signatures = verified.note.signatures.map { Self.text(of: $0, verified, policy, at: now) }
    witnesses = Self.witnesses(of: verified, policy)
    let waiting = head.published - min(head.published, head.size)
    pending =
      waiting == 0
      ? nil : "\(CountText.words(waiting, "entry is", "entries are")) not yet under a checkpoint that is served."
  }

  private static func text(
    of signature: SignedNote.Signature, _ verified: VerifiedCheckpoint, _ policy: LogPolicy, at now: Instant
  ) -> SignatureText {
    let isOwn = verified.logKeys.contains { $0.isNamed(by: signature) }
    let witness = policy.witnesses.first { $0.key.isNamed(by: signature) }
    let time = witness.flatMap { witness in verified.witnesses.first { $0.name == witness.name }?.time }
    let words =
      isOwn ? "this ledger's own signature" : witness == nil ? "a key that the policy does not name" : "witness"
    return SignatureText(
      name: signature.name, keyID: signature.keyID.description, words: words, isOwn: isOwn,
      attested: time.map { TimeText($0, asOf: now) })
  }

  private static func witnesses(of verified: VerifiedCheckpoint, _ policy: LogPolicy) -> String {
    guard policy.asksForWitnesses else { return "The policy asks for no witness." }
    let count = "\(verified.witnesses.count) of \(CountText.words(policy.witnesses.count, "witness", "witnesses"))"
    let isEnough = (try? policy.verify(verified.note)) != nil
    return "Cosigned by \(count), which is \(isEnough ? "" : "not ")what the policy asks for."
  }
}
