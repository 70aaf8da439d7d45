public import Journal
public import Primitives
public import Storage
import Synchronization

/// Customers' data: each person's sealed under a key of their own, stored and read by what the data map declares, found
/// by blind indexes, and forgotten by destroying the key. A value that may be copied and used from anywhere; what it
/// knows is in the database, so many nodes may serve one installation.
public struct Vault: Sendable {
  let database: Database
  let journal: Journal
  let keys: KeyHierarchy
  /// What every field authenticates as the platform it belongs to: the ledger's name.
  let platform: String
  let erasures: ErasureList
  let surroundings: Surroundings
  private let known: KnownGround

  /// The room over an installation's database.
  /// - Parameters:
  ///   - provider: holds the root key.
  ///   - erasureList: the path of the file that remembers, outside every backup, who was forgotten.
  public init(
    in database: Database, journal: Journal, root provider: any KeyProvider, erasureList: String,
    surroundings: Surroundings = .system
  ) throws {
    self.database = database
    self.journal = journal
    platform = journal.origin
    keys = KeyHierarchy(provider, platform: journal.origin, surroundings: surroundings)
    erasures = try ErasureList(path: erasureList, root: provider)
    self.surroundings = surroundings
    known = KnownGround()
  }

  /// Where the root key is kept, and how well.
  public var custody: (place: String, custody: KeyCustody) { (keys.provider.place, keys.provider.custody) }

  /// What writing and reading rest on, as it is now.
  /// - Throws: ``VaultError/noMap``.
  func ground() async throws -> Ground {
    let now = surroundings.now()
    if let ground = known.stored.withLock({ $0 }), now < ground.until { return ground }
    let ground = try await database.write { try Ground(self, $0) }
    known.stored.withLock { $0 = ground }
    return ground
  }

  /// Runs a write that rests on the ground, and again when the ground moved under it: another node adopted a map or
  /// rotated a key.
  func withGround<Value: Sendable>(_ body: (Ground) async throws -> Value) async throws -> Value {
    for _ in 0..<5 {
      do {
        return try await body(ground())
      } catch is Ground.Moved {
        forgetGround()
      }
    }
    throw VaultError.refused(reason: "the data map or the keys keep changing; try again")
  }

  /// Whether the map in force and its opened keys are held.
  var holdsGround: Bool { known.stored.withLock { $0 != nil } }

  /// Lets go of opened keys whose time is over, also where nobody asks for them any more.
  func letGoOfKeys() {
    let now = surroundings.now()
    known.stored.withLock { ground in
      if let until = ground?.until, now >= until { ground = nil }
    }
    keys.letGo()
  }

  func forgetGround() { known.stored.withLock { $0 = nil } }

  /// Writes down what was done, in the transaction that does it.
  /// - Parameter subjects: whose names enter what opens the entry, and nothing that is public.
  @discardableResult
  func record(
    _ kind: StaticString, by author: Entry.Author, _ facts: [String: JSON], about subjects: [Identifier<Subject>] = [],
    _ transaction: WriteTransaction
  ) throws -> Identifier<Entry> {
    let personal = subjects.isEmpty ? [:] : ["subject": subjects.map { "\($0)" }.joined(separator: " ")]
    let entry = try journal.append(
      Entry.Draft(kind: Entry.Kind(literal: kind), author: author, facts: facts, personal: personal), in: transaction)
    try TraceStore.insert(entry, of: subjects, transaction)
    return entry
  }
}

/// The ground as this process knows it.
private final class KnownGround: Sendable {
  let stored = Mutex<Ground?>(nil)
}
