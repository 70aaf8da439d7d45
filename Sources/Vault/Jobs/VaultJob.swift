public import Primitives

/// Long work on many records: how far it has come is in the database, so that it goes on where it was cut off.
public struct VaultJob: Sendable {
  public enum Kind: String, CaseIterable, Sendable {
    /// Puts every subject's key under a new platform key.
    case rotation
    /// Builds the indexes of a new map, and takes away those it has no more.
    case indexes
    /// Deletes what is not needed any more.
    case retention
  }

  public enum State: String, CaseIterable, Sendable {
    case running, stopped, done
  }

  public let id: Identifier<VaultJob>
  public let kind: Kind
  /// Who began it, as the journal names them.
  public let author: String
  public var state: State
  /// The version that it works towards.
  public let target: Int64
  /// Behind what it goes on.
  var cursor: [UInt8]
  public var done: Int64
  public var total: Int64
  public let begun: Instant
  public var changed: Instant
  public var ended: Instant?
  /// Why it does not go on; nil where it does.
  public var problem: String?

  init(id: Identifier<VaultJob>, kind: Kind, author: String, target: Int64, total: Int64 = 0, begun: Instant) {
    (self.id, self.kind, self.author, self.target) = (id, kind, author, target)
    (state, cursor, done, self.total, self.begun, changed) = (.running, [], 0, total, begun, begun)
  }
}
