public import Primitives
import Storage

/// How it stands with what is held and with the keys.
public struct VaultStatus: Sendable {
  public struct Key: Sendable {
    public let version: Int64
    public let made: Instant
    /// How many subjects' keys are under it.
    public let subjects: Int64
    public let isDestroyed: Bool
  }

  public let subjects: Int64
  public let records: Int64
  public let forgotten: Int64
  /// Nil while no map is in force.
  public let mapVersion: Int64?
  /// The platform's keys, oldest first.
  public let keys: [Key]
  /// By which the root key is known.
  public let root: String
  public let place: String
  public let custody: KeyCustody
}

extension Vault {
  /// - Complexity: counts every record and every key.
  public func status() async throws -> VaultStatus {
    let provider = keys.provider
    return try await database.read { transaction in
      let counts = try KeyStore.subjectKeyCounts(transaction)
      return VaultStatus(
        subjects: try SubjectStore.count(transaction), records: try RecordStore.count(transaction),
        forgotten: try SubjectStore.tombstones(transaction), mapVersion: try MapStore.newestVersion(transaction),
        keys: try KeyStore.platformKeys(transaction).map {
          VaultStatus.Key(
            version: $0.version, made: $0.made, subjects: counts[$0.version] ?? 0, isDestroyed: $0.wrapped == nil)
        }, root: provider.rootName, place: provider.place, custody: provider.custody)
    }
  }
}
