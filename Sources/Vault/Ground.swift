import Primitives
import Storage
import Synchronization

/// What writing and reading rest on: the map in force with its indexes, and the platform key under which new keys are
/// wrapped. Read once and used for many requests; every write checks that it is still so. A class, because it is large,
/// never changes, and goes from closure to closure with every request.
final class Ground: Sendable {
  /// So many plans are kept at most.
  private static let mostPlans = 1_000

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
  private let plans = Mutex<[ReadingPlan.Key: ReadingPlan]>([:])

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

  /// What a purpose is given of records of a collection that were written under a map.
  /// - Parameter isRestricted: whether the subject asked to be forgotten, and only what must be kept is left.
  func plan(
    for grounds: PurposeGrounds, of name: String, in written: DataMap, version: Int64, isRestricted: Bool
  ) throws(VaultError) -> ReadingPlan {
    let key = ReadingPlan.Key(
      places: grounds.places, collection: name, mapVersion: version, isRestricted: isRestricted)
    if let known = plans.withLock({ $0[key] }) { return known }
    guard let collection = written[collection: name] else { throw .damaged(what: "the data map of a record") }
    let declared = map[collection: name]
    let plan = ReadingPlan(
      written: collection, declared: declared,
      covered: declared.map { grounds.covers($0, onlyKept: isRestricted) } ?? [])
    plans.withLock { plans in
      if plans.count >= Self.mostPlans { plans = [:] }
      plans[key] = plan
    }
    return plan
  }

  /// - Throws: ``Moved``.
  func expectUnmoved(_ transaction: ReadTransaction) throws {
    guard try KeyStore.newestVersions(transaction) == (mapVersion, platformVersion) else { throw Moved() }
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
