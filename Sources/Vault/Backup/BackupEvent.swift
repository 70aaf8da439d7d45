public import Primitives

/// Something that was done with a backup.
public struct BackupEvent: Hashable, Sendable {
  public enum Kind: String, CaseIterable, Codable, Sendable {
    /// A backup was made and read back.
    case made
    /// A restore was tried somewhere else, and gave back what was expected.
    case tested
    /// A restore was tried, and did not.
    case failed
    /// This installation was restored.
    case restored
  }

  public let id: Identifier<BackupEvent>
  public let kind: Kind
  /// The backup's name.
  public let backup: String
  public let at: Instant
  /// Whether the keys went to another directory than the data.
  public let isApart: Bool
  /// How many records it has, or how many were opened.
  public let records: Int64
}
