import Primitives
import Storage
import Synchronization

/// The keys between the root and the fields: the root wraps the platform's keys, of which the newest wraps each subject's
/// key and each index's. What is open is held for a while, and overwritten when it is let go.
final class KeyHierarchy: Sendable {
  /// So many opened keys are held at most, and so long.
  static let most = 256
  static let patience: Duration = .seconds(600)

  private struct Opened {
    let key: SecretBytes
    let until: Instant
  }

  let provider: any KeyProvider
  private let platform: String
  private let surroundings: Surroundings
  /// By their wrapped form, so that a key of a transaction that was undone is never taken for another of its name.
  private let opened = Mutex<[[UInt8]: Opened]>([:])

  init(_ provider: any KeyProvider, platform: String, surroundings: Surroundings) {
    (self.provider, self.platform, self.surroundings) = (provider, platform, surroundings)
  }

  /// How many opened keys are held.
  var openCount: Int { opened.withLock { $0.count } }

  /// Lets go of the opened keys whose time is over.
  func letGo() {
    let now = surroundings.now()
    opened.withLock { opened in opened = opened.filter { now < $0.value.until } }
  }

  private func cached(_ wrapped: [UInt8], _ open: () throws -> SecretBytes) throws -> SecretBytes {
    let now = surroundings.now()
    if let known = opened.withLock({ $0[wrapped] }), now < known.until { return known.key }
    let key = try open()
    opened.withLock { opened in
      if opened.count >= Self.most { opened = opened.filter { now < $0.value.until } }
      if opened.count >= Self.most { opened = [:] }
      opened[wrapped] = Opened(key: key, until: now.advanced(by: Self.patience))
    }
    return key
  }

  // MARK: The platform's keys

  /// The version under which new keys are wrapped, made when there is none.
  func newestVersion(_ transaction: WriteTransaction) throws -> Int64 {
    if let newest = try KeyStore.newestVersion(transaction) { return newest }
    return try makePlatformKey(version: 1, transaction)
  }

  /// Makes the next platform key.
  /// - Returns: its version.
  func makePlatformKey(version: Int64, _ transaction: WriteTransaction) throws -> Int64 {
    let key = SecretBytes(random: FieldCipher.keyLength, in: surroundings)
    let wrapped = try provider.wrap(key, for: context("platform-key", version))
    try KeyStore.insert(
      KeyStore.PlatformKey(
        version: version, root: provider.rootName, wrapped: wrapped, made: surroundings.now(), retired: nil),
      transaction)
    return version
  }

  /// A platform key, opened.
  /// - Throws: ``VaultError/wrappedByAnotherRoot(has:needs:)``, ``VaultError/damaged(what:)``.
  func platformKey(_ version: Int64, _ transaction: ReadTransaction) throws -> SecretBytes {
    guard let stored = try KeyStore.platformKey(version, transaction), let wrapped = stored.wrapped else {
      throw VaultError.damaged(what: "the platform key \(version)")
    }
    guard stored.root == provider.rootName else {
      throw VaultError.wrappedByAnotherRoot(has: provider.rootName, needs: stored.root)
    }
    return try cached(wrapped) { try provider.unwrap(wrapped, for: context("platform-key", version)) }
  }

  private func context(_ kind: String, _ version: Int64) -> [UInt8] { Array("\(kind)\n\(platform)\n\(version)".utf8) }

  // MARK: Subjects' keys

  /// A key for a subject, with its wrapped form.
  /// - Parameter outer: the cipher of the newest platform key.
  func makeSubjectKey(
    for subject: Identifier<Subject>, version: Int64 = 1, under outer: borrowing FieldCipher, of newest: Int64
  ) throws(VaultError) -> (key: SecretBytes, stored: KeyStore.SubjectKey) {
    let key = SecretBytes(random: FieldCipher.keyLength, in: surroundings)
    let wrapped = try SealedKey.seal(key, with: outer, for: subjectContext(subject, version, newest), surroundings)
    return (key, KeyStore.SubjectKey(subject: subject, version: version, platformVersion: newest, wrapped: wrapped))
  }

  /// A subject's key, opened.
  /// - Throws: ``VaultError/damaged(what:)``: also when it is another subject's.
  /// - Parameter outer: the platform key of the version that it is wrapped under.
  func open(_ stored: KeyStore.SubjectKey, under outer: SecretBytes) throws(VaultError) -> SecretBytes {
    try SealedKey.open(
      stored.wrapped, under: outer, for: subjectContext(stored.subject, stored.version, stored.platformVersion))
  }

  /// The same keys under another platform key.
  func rewrap(
    _ keys: [KeyStore.SubjectKey], under version: Int64, _ transaction: ReadTransaction
  ) throws -> [KeyStore.SubjectKey] {
    let cipher = try FieldCipher(platformKey(version, transaction), .sealing)
    var rewrapped: [KeyStore.SubjectKey] = []
    for stored in keys {
      let wrapped = try SealedKey.seal(
        try open(stored, under: platformKey(stored.platformVersion, transaction)), with: cipher,
        for: subjectContext(stored.subject, stored.version, version), surroundings)
      rewrapped.append(
        KeyStore.SubjectKey(
          subject: stored.subject, version: stored.version, platformVersion: version, wrapped: wrapped))
    }
    return rewrapped
  }

  private func subjectContext(_ subject: Identifier<Subject>, _ version: Int64, _ platformVersion: Int64) -> [UInt8] {
    var context: [UInt8] = []
    context.reserveCapacity(96)
    context.append(contentsOf: "subject-key\n".utf8)
    context.append(contentsOf: platform.utf8)
    context.append(0)
    context.append(contentsOf: subject.bytes)
    for number in [version, platformVersion] {
      withUnsafeBytes(of: number.bigEndian) { context.append(contentsOf: $0) }
    }
    return context
  }

  // MARK: Indexes' keys

  /// The key of a blind index, made when there is none.
  func indexKey(_ name: String, _ transaction: WriteTransaction) throws -> SecretBytes {
    if let key = try indexKeyIfThere(name, transaction) { return key }
    let version = try newestVersion(transaction)
    let key = SecretBytes(random: FieldCipher.keyLength, in: surroundings)
    let wrapped = try SealedKey.seal(
      key, under: try platformKey(version, transaction), for: context("index-key \(name)", version), surroundings)
    try KeyStore.put(
      KeyStore.IndexKey(name: name, platformVersion: version, wrapped: wrapped), at: surroundings.now(), transaction)
    return key
  }

  /// The key of a blind index; nil when there is none.
  func indexKeyIfThere(_ name: String, _ transaction: ReadTransaction) throws -> SecretBytes? {
    try KeyStore.indexKey(name, transaction).map { stored in
      try cached(stored.wrapped) { try open(stored, transaction) }
    }
  }

  private func open(_ stored: KeyStore.IndexKey, _ transaction: ReadTransaction) throws -> SecretBytes {
    try SealedKey.open(
      stored.wrapped, under: try platformKey(stored.platformVersion, transaction),
      for: context("index-key \(stored.name)", stored.platformVersion))
  }

  /// Puts every index's key under a platform key.
  func rewrapIndexKeys(under version: Int64, _ transaction: WriteTransaction) throws {
    let outer = try platformKey(version, transaction)
    for stored in try KeyStore.indexKeys(transaction) where stored.platformVersion != version {
      let wrapped = try SealedKey.seal(
        try open(stored, transaction), under: outer, for: context("index-key \(stored.name)", version), surroundings)
      try KeyStore.put(
        KeyStore.IndexKey(name: stored.name, platformVersion: version, wrapped: wrapped), at: surroundings.now(),
        transaction)
    }
  }
}
