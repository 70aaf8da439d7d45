public import Primitives

/// A checkpoint that a policy accepts. Only ``LogPolicy/verify(_:)`` makes one.
public struct VerifiedCheckpoint: Hashable, Sendable {
  /// A witness that cosigned, and when.
  public struct Witnessing: Hashable, Sendable {
    public let name: String
    public let time: Instant
  }

  /// What was signed.
  public let checkpoint: Checkpoint
  /// The note with all its signatures.
  public let note: SignedNote
  /// The log keys that signed.
  public let logKeys: [VerifierKey]
  /// The witnesses of the policy that cosigned.
  public let witnesses: [Witnessing]
  /// The signature lines by keys that the policy does not name. They count for nothing: such a line may be of a key that
  /// is not known yet, or one of a known key whose name or id was changed on the way.
  public let passedOver: [SignedNote.Signature]

  fileprivate init(
    checkpoint: Checkpoint, note: SignedNote, logKeys: [VerifierKey], witnesses: [Witnessing],
    passedOver: [SignedNote.Signature]
  ) {
    self.checkpoint = checkpoint
    self.note = note
    self.logKeys = logKeys
    self.witnesses = witnesses
    self.passedOver = passedOver
  }
}

extension LogPolicy {
  /// Checks a note: that it is a checkpoint, that a log key of its origin signed it, and that the quorum of witnesses
  /// cosigned it. Signatures of keys the policy does not name are passed over, which ``VerifiedCheckpoint/passedOver``
  /// tells; one that names a key of the policy and does not fit makes the whole note invalid (C2SP signed-note).
  /// - Throws: ``TransparencyLogError`` saying what is wrong or missing.
  public func verify(_ note: SignedNote) throws(TransparencyLogError) -> VerifiedCheckpoint {
    let verified = try verifyWithoutQuorum(note)
    let names = Set(verified.witnesses.map(\.name))
    guard isSatisfied(by: names) else {
      let who = names.isEmpty ? "no witness" : names.sorted().joined(separator: ", ")
      throw .notTrusted(reason: "cosigned by \(who), which is not the quorum \(quorum ?? "none")")
    }
    return verified
  }

  /// As ``verify(_:)``, but does not ask whether the witnesses are enough.
  public func verifyWithoutQuorum(_ note: SignedNote) throws(TransparencyLogError) -> VerifiedCheckpoint {
    let checkpoint = try Checkpoint(text: note.text)
    let candidates = logs.map(\.key).filter { $0.name == checkpoint.origin }
    guard !candidates.isEmpty else {
      let known = Set(logs.map(\.key.name)).sorted().joined(separator: ", ")
      throw .wrongOrigin(expected: known.isEmpty ? "any known log" : known, found: checkpoint.origin)
    }
    var signers: [VerifierKey] = []
    var witnessings: [VerifiedCheckpoint.Witnessing] = []
    var passedOver: [SignedNote.Signature] = []
    for signature in note.signatures {
      if let key = candidates.first(where: { $0.isNamed(by: signature) }) {
        _ = try key.verify(signature, of: note.text)
        if !signers.contains(key) { signers.append(key) }
      } else if let witness = witnesses.first(where: { $0.key.isNamed(by: signature) }) {
        guard let time = try witness.key.verify(signature, of: note.text),
          !witnessings.contains(where: { $0.name == witness.name })
        else { continue }
        witnessings.append(VerifiedCheckpoint.Witnessing(name: witness.name, time: time))
      } else {
        passedOver.append(signature)
      }
    }
    guard !signers.isEmpty else {
      throw .notTrusted(reason: "no signature by a known key of \(checkpoint.origin)")
    }
    return VerifiedCheckpoint(
      checkpoint: checkpoint, note: note, logKeys: signers, witnesses: witnessings, passedOver: passedOver)
  }

  /// Whether a signature line was made by a key of this policy but names another: then somebody has changed the line.
  /// To a verifier it is a line of an unknown key like any other; whoever stored the line knows better.
  package func isMisnamed(_ signature: SignedNote.Signature, of text: String) -> Bool {
    (logs.map(\.key) + witnesses.map(\.key)).contains { key in
      !key.isNamed(by: signature) && (try? key.verify(signature, of: text)) != nil
    }
  }
}
