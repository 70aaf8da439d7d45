public import Journal
public import Primitives
import Storage

extension Access {
  /// A key lasts no longer, and so long where nobody says otherwise, in days.
  public static let longestKey = 365
  public static let usualKey = 90
  /// A key makes so many requests a second where nobody says otherwise, and no more in any case.
  public static let usualRate = 100
  public static let highestRate = 100_000
  /// So long both keys are good after a rotation where nobody says otherwise, so that a program can be given the new one in
  /// peace, and no longer in any case; in hours.
  public static let usualOverlap = 24
  public static let longestOverlap = 168

  /// What a key may be given: actions that ask for no fresh factor, and not what belongs to a person.
  public var keyActions: [Action] {
    Action.allCases.filter { roles.freshness(of: $0) == nil && $0 != .useShop }
  }

  /// Makes a key. Its secret is there this once.
  /// - Parameter held: what whoever makes it may do by role; nobody gives a program more. All of it for the operator.
  /// - Throws: ``AccessError/unusableName(_:)``, ``AccessError/nameTaken(_:)``, ``AccessError/unusableKey(reason:)``.
  public func makeKey(
    label: String, actions: Set<Action>, days: Int = usualKey, rate: Int = usualRate,
    within held: Set<Action> = Set(Action.allCases),
    by author: Entry.Author
  ) async throws -> (key: APIKey, secret: APIKeySecret) {
    guard Member.isUsable(name: label) else { throw AccessError.unusableName(label) }
    guard !actions.isEmpty, actions.isSubset(of: keyActions) else {
      throw AccessError.unusableKey(reason: "it needs one action at least, of those that ask for no fresh factor")
    }
    try Self.expect(actions, within: held)
    guard (1...Self.longestKey).contains(days) else {
      throw AccessError.unusableKey(reason: "it lasts 1 to \(Self.longestKey) days")
    }
    guard (1...Self.highestRate).contains(rate) else {
      throw AccessError.unusableKey(reason: "it makes 1 to \(Self.highestRate) requests a second")
    }
    let (now, secret) = (surroundings.now(), APIKeySecret(in: surroundings))
    let key = APIKey(
      id: Identifier(in: surroundings), label: label, maker: author.name, actions: actions, rate: rate, made: now,
      expires: now.advanced(by: .seconds(Int64(days) * 86_400)), lastUsed: nil, ends: nil)
    try await database.write { transaction in
      guard try !APIKeyStore.isOpenKey(named: label, at: now, transaction) else {
        throw AccessError.nameTaken(label)
      }
      try insert(key, secret, "key.made", by: author, transaction)
    }
    return (key, secret)
  }

  private static func expect(_ actions: Set<Action>, within held: Set<Action>) throws(AccessError) {
    guard actions.isSubset(of: held) else {
      throw .unusableKey(reason: "nobody gives a program more than their own role has")
    }
  }

  private func insert(
    _ key: APIKey, _ secret: APIKeySecret, _ kind: StaticString, by author: Entry.Author,
    _ transaction: WriteTransaction
  ) throws {
    try APIKeyStore.insert(key, secret.digest, transaction)
    try record(
      kind, by: author,
      [
        "key": .string("\(key.id)"), "label": .string(key.label),
        "actions": .array(key.actions.map(\.rawValue).sorted().map { .string($0) }),
        "expires": .string(key.expires.rfc3339), "rate": .integer(Int64(key.rate)),
      ], transaction)
  }

  /// All keys, also those that have ended, the newest first.
  public func keys() async throws -> [APIKey] { try await database.read { try APIKeyStore.all($0) } }

  /// Makes another key of the same name, actions and length; the old one ends after the overlap. A key that ends already,
  /// because another took its place, is not rotated again: one program would have three keys.
  /// - Parameters:
  ///   - overlap: hours; 0 where the old one may be in wrong hands.
  ///   - held: as when a key is made: whoever rotates it learns its secret.
  /// - Throws: ``AccessError/unknown(kind:name:)``, ``AccessError/unusableKey(reason:)``.
  public func rotateKey(
    _ id: Identifier<APIKey>, overlap: Int = usualOverlap, within held: Set<Action> = Set(Action.allCases),
    by author: Entry.Author
  ) async throws -> (key: APIKey, secret: APIKeySecret) {
    guard (0...Self.longestOverlap).contains(overlap) else {
      throw AccessError.unusableKey(reason: "the old one stays good for 0 to \(Self.longestOverlap) hours")
    }
    let (now, secret) = (surroundings.now(), APIKeySecret(in: surroundings))
    let next = Identifier<APIKey>(in: surroundings)
    let key = try await database.write { transaction in
      let old = try openKey(id, at: now, transaction)
      guard old.ends == nil else { throw AccessError.unknown(kind: "key without a successor", name: "\(id)") }
      try Self.expect(old.actions, within: held)
      let key = APIKey(
        id: next, label: old.label, maker: author.name, actions: old.actions, rate: old.rate, made: now,
        expires: now.advanced(by: old.expires.since(old.made)), lastUsed: nil, ends: nil)
      let end = min(old.expires, now.advanced(by: .seconds(Int64(overlap) * 3_600)))
      try APIKeyStore.putEnd(end, of: id, transaction)
      try insert(key, secret, "key.rotated", by: author, transaction)
      return key
    }
    openKeys.forget()
    return (key, secret)
  }

  /// Ends a key, within a second on every node.
  /// - Throws: ``AccessError/unknown(kind:name:)``.
  public func revokeKey(_ id: Identifier<APIKey>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      try revoke(openKey(id, at: now, transaction), at: now, by: author, transaction)
    }
    openKeys.forget()
  }

  func revoke(_ key: APIKey, at now: Instant, by author: Entry.Author, _ transaction: WriteTransaction) throws {
    try APIKeyStore.putEnd(now, of: key.id, transaction)
    try record(
      "key.revoked", by: author, ["key": .string("\(key.id)"), "label": .string(key.label)], transaction)
  }

  private func openKey(_ id: Identifier<APIKey>, at now: Instant, _ transaction: ReadTransaction) throws -> APIKey {
    guard let key = try APIKeyStore.key(id, transaction), key.isOpen(at: now) else {
      throw AccessError.unknown(kind: "key in force", name: "\(id)")
    }
    return key
  }

  /// A session of a program, for one request; nil for a key that is unknown or has ended.
  public func session(of secret: APIKeySecret, from device: Device) async throws -> Session? {
    let now = surroundings.now()
    guard let key = try await key(of: secret), key.isOpen(at: now), let member = key.member,
      let id = Identifier<Session>(bytes: key.id.bytes)
    else { return nil }
    // Proven never: a program shows no factor, so whatever asks for a fresh one is not for it, also on its first day.
    return Session(
      id: id, member: member, csrf: "", lastVisit: nil, opened: now, used: now, ends: key.expires, factors: [],
      strength: .twoFactor, proven: Instant(seconds: 0), device: device, rate: key.rate)
  }

  /// The key of a secret; read from the database once in a while only, so that one which was revoked is let pass for less
  /// than a second more.
  private func key(of secret: APIKeySecret) async throws -> APIKey? {
    let (digest, began) = (secret.digest, surroundings.now())
    if let known = openKeys[digest] { return known }
    guard let key = try await database.read({ try APIKeyStore.key(digest, $0) }), key.isOpen(at: began) else {
      return nil
    }
    if key.lastUsed.map({ began.since($0) >= .seconds(60) }) ?? true {
      try await database.write { try APIKeyStore.putUse(of: key.id, at: began, $0) }
    }
    openKeys.keep(key, for: digest, read: began)
    return key
  }
}
