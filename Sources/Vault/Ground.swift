import Primitives
import Storage

/// What writing and reading rest on: the map in force with its indexes, and the platform key under which new keys are
/// wrapped. Read once and used for many requests; every write checks that it is still so.
struct Ground: Sendable {
  /// The map or the platform key is another one by now.
  struct Moved: Error {}

  /// An index with its opened key.
  struct OpenIndex: Sendable {
    let stored: IndexStore.StoredIndex
    let declared: RecordCollection.DeclaredIndex
    let key: SecretBytes
  }

  let mapVersion: Int64
  let map: DataMap
  let platformVersion: Int64
  let platformKey: SecretBytes
  /// By collection.
  let indexes: [String: [OpenIndex]]
  /// The keys of deterministic tokens, by collection and field.
  let tokenKeys: [String: SecretBytes]
  /// Read again from then on.
  let until: Instant

  init(_ vault: Vault, _ transaction: WriteTransaction) throws {
    guard let stored = try MapStore.newest(transaction) else { throw VaultError.noMap }
    mapVersion = stored.version
    map = try DataMap(yaml: Array(stored.yaml.utf8), file: "the data map in force")
    platformVersion = try vault.keys.newestVersion(transaction)
    platformKey = try vault.keys.platformKey(platformVersion, transaction)
    let all = try IndexStore.indexes(transaction)
    var indexes: [String: [OpenIndex]] = [:]
    var tokenKeys: [String: SecretBytes] = [:]
    for collection in map.collections {
      for declared in collection.indexes {
        let bits = map.plannedBits(of: declared, in: collection)
        guard
          let stored = all.first(where: {
            $0.collection == collection.name && $0.name == declared.name && $0.bits == bits
          })
        else { throw VaultError.damaged(what: "the list of indexes") }
        let key = try vault.keys.indexKey("index/\(collection.name)/\(declared.name)/\(bits)", transaction)
        indexes[collection.name, default: []].append(OpenIndex(stored: stored, declared: declared, key: key))
      }
      for field in collection.fields where field.token != nil && field.isTokenDeterministic {
        let name = "\(collection.name)/\(field.name)"
        tokenKeys[name] = try vault.keys.indexKey("token/\(name)", transaction)
      }
    }
    self.indexes = indexes
    self.tokenKeys = tokenKeys
    until = vault.surroundings.now().advanced(by: KeyHierarchy.patience)
  }

  /// - Throws: ``Moved``.
  func expectUnmoved(_ transaction: ReadTransaction) throws {
    guard try MapStore.newestVersion(transaction) == mapVersion,
      try KeyStore.newestVersion(transaction) == platformVersion
    else { throw Moved() }
  }

  /// A collection.
  /// - Throws: ``VaultError/undeclared(place:reason:)``.
  func collection(_ name: String) throws(VaultError) -> RecordCollection {
    guard let collection = map[collection: name] else {
      throw .undeclared(place: "the collection", reason: "the data map declares no collection of this name")
    }
    return collection
  }
}
