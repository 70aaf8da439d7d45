/// What a log asks of a witness (C2SP tlog-witness, `add-checkpoint`): cosign this checkpoint, which continues the one
/// of `oldSize` leaves that you cosigned last.
public struct WitnessRequest: Hashable, Sendable {
  /// No request may be longer, in bytes.
  public static let largest = SignedNote.largest + 8 * 1_024

  /// The size the log believes the witness has.
  public let oldSize: UInt64
  /// The consistency path, as RFC 6962 orders it.
  public let path: [MerkleHash]
  /// The checkpoint to cosign.
  public let checkpoint: SignedNote

  /// A request.
  public init(oldSize: UInt64, path: [MerkleHash], checkpoint: SignedNote) {
    self.oldSize = oldSize
    self.path = path
    self.checkpoint = checkpoint
  }

  /// Reads the body of a request.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` naming the line.
  public init(parsing bytes: some Collection<UInt8>) throws(TransparencyLogError) {
    guard bytes.count <= Self.largest, let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(.witnessRequest, line: nil, reason: "it is too long or not valid UTF-8")
    }
    var lines = LineReader(text, format: .witnessRequest)
    let first = try lines.next()
    guard first.hasPrefix("old "), let oldSize = UInt64(decimal: first.dropFirst(4)) else {
      throw lines.malformed("expected old <decimal size>")
    }
    self.init(
      oldSize: oldSize,
      path: try lines.hashesUntilEmptyLine(most: ConsistencyProof.longestPath),
      checkpoint: try SignedNote(parsing: Array(lines.rest.utf8)))
  }

  /// The body of the request.
  public var text: String {
    "old \(oldSize)\n" + path.map { $0.base64 + "\n" }.joined() + "\n" + checkpoint.serialized
  }
}

/// What a witness answers, each with its HTTP status (C2SP tlog-witness).
public enum WitnessRefusal: Error, Hashable, Sendable {
  /// 400: the request does not follow the format, or the old size is larger than the checkpoint's.
  case malformed(reason: String)
  /// 403: no signature by a key the witness trusts for this origin, or one that does not fit.
  case untrusted(reason: String)
  /// 404: the witness does not know the origin.
  case unknownOrigin
  /// 409: the witness last cosigned another size than the request says; it answers with that size.
  case conflict(size: UInt64)
  /// 422: the consistency proof does not hold, or the same size has another root.
  case inconsistent(reason: String)

  /// The HTTP status of the answer.
  public var status: Int {
    switch self {
    case .malformed: 400
    case .untrusted: 403
    case .unknownOrigin: 404
    case .conflict: 409
    case .inconsistent: 422
    }
  }

  /// The content type of a 409's body, which is the size and a newline.
  public static let sizeContentType = "text/x.tlog.size"
}

/// What a witness decides about a request, as a pure function of what it remembers.
public enum WitnessDecision {
  /// Judges a request against the checkpoint that was cosigned last for its origin.
  /// - Parameters:
  ///   - policy: the logs that the witness trusts.
  ///   - latest: what it cosigned last; nil when it never did.
  /// - Returns: the checkpoint to remember and then to cosign.
  /// - Throws: the ``WitnessRefusal`` to answer with.
  public static func judge(
    _ request: WitnessRequest, trusting policy: LogPolicy, latest: Checkpoint?
  ) throws(WitnessRefusal) -> VerifiedCheckpoint {
    let verified: VerifiedCheckpoint
    do {
      verified = try policy.verifyWithoutQuorum(request.checkpoint)
    } catch {
      switch error {
      case .malformed: throw .malformed(reason: error.description)
      case .wrongOrigin: throw .unknownOrigin
      default: throw .untrusted(reason: error.description)
      }
    }
    let new = verified.checkpoint
    guard request.oldSize <= new.size else {
      throw .malformed(reason: "the old size \(request.oldSize) is larger than the checkpoint's \(new.size)")
    }
    let oldSize = latest?.size ?? 0
    guard request.oldSize == oldSize else { throw .conflict(size: oldSize) }
    let proof = ConsistencyProof(oldSize: oldSize, newSize: new.size, path: request.path)
    do {
      try proof.verify(oldRoot: latest?.root ?? .emptyTree, newRoot: new.root)
    } catch {
      throw .inconsistent(reason: error.description)
    }
    return verified
  }
}
