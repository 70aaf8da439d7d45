/// What can be wrong with something that claims to be part of a transparency log.
public enum TransparencyLogError: Error, Hashable, Sendable {
  /// The format a text or a byte string was read as.
  public enum Format: String, Sendable {
    case note, checkpoint, cosignature, tile, policy, witnessRequest = "witness request"
    case tilePath = "tile path", entryBundle = "entry bundle", proofFile = "proof file"
    case verifierKey = "verifier key", signingKey = "signing key", rangeProof = "range proof", archive
  }

  /// The bytes do not follow the format. `line` counts from 1 where the format has lines.
  case malformed(Format, line: Int?, reason: String)
  /// A signature by a key we know does not fit the text.
  case invalidSignature(key: String)
  /// The text carries too few signatures of those the policy asks for.
  case notTrusted(reason: String)
  /// The checkpoint is of another log than the one asked for.
  case wrongOrigin(expected: String, found: String)
  /// A proof does not lead from the leaf or the old tree to the root.
  case invalidProof(reason: String)
  /// The tree lacks what was asked for, such as a leaf beyond its size.
  case outOfRange(reason: String)
}

extension TransparencyLogError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let format, .some(let line), let reason):
      "malformed \(format.rawValue), line \(line): \(reason)"
    case .malformed(let format, nil, let reason):
      "malformed \(format.rawValue): \(reason)"
    case .invalidSignature(let key):
      "the signature of \(key) does not fit the text: it was changed after signing, or signed with another key"
    case .notTrusted(let reason): "not trusted under the policy: \(reason)"
    case .wrongOrigin(let expected, let found): "the checkpoint is of the log \(found), not of \(expected)"
    case .invalidProof(let reason): "the proof does not hold: \(reason)"
    case .outOfRange(let reason): reason
    }
  }
}
