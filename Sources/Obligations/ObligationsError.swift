/// What can go wrong with obligations and their evidence, and what to do about it.
public enum ObligationsError: Error, Hashable, Sendable {
  /// A file of the catalogue, a profile or a framework that cannot be used; nothing of it was loaded.
  case malformed(file: String, line: Int, reason: String)
  /// A control, requirement, check or exception that is named and is not there.
  case unknown(kind: String, name: String)
  /// A person's statement that cannot be taken.
  case refused(reason: String)
  /// A stored row that this version cannot read.
  case damaged(reason: String)
}

extension ObligationsError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .malformed(let file, let line, let reason): "\(file):\(line): \(reason)"
    case .unknown(let kind, let name): "there is no \(kind) \(name)"
    case .refused(let reason): reason
    case .damaged(let reason):
      "the stored evidence cannot be read: \(reason). Was it written by a newer version of Surety?"
    }
  }
}
