public import Journal
public import Primitives
public import Storage

/// Members of the shop's staff: who they are, how they prove it, and what they may do. A value that may be copied and
/// used from anywhere; everything it knows is in the database, so many nodes may serve one installation.
public struct Access: Sendable {
  /// How long sessions live and what a passkey must be.
  public struct Configuration: Sendable {
    /// A session ends after so long without use (NIST SP 800-63B-4, section 2.2.3, allows an hour at AAL2).
    public var idle: Duration = .seconds(30 * 60)
    /// A session ends after so long in any case (the same allows 24 hours).
    public var longest: Duration = .seconds(12 * 60 * 60)
    /// An invitation is good for so long.
    public var invitation: Duration = .seconds(7 * 86_400)
    /// Whose authenticators are taken; nil for all, and then nothing that they say of their make is believed.
    public var attestation: AttestationTrust?

    public init() {}
  }

  let database: Database
  /// Nil while the ledger itself is being made.
  let journal: Journal?
  let key: SecretKey
  let party: RelyingParty
  /// Which roles there are.
  public let roles: RoleTable
  let configuration: Configuration
  let surroundings: Surroundings
  let passwords = PasswordRules()
  let attempts: SignInAttempts
  private let uses = UseLog()
  /// Keys of programs by the digests of their secrets.
  let openKeys: BriefMemory<[UInt8], APIKey>

  /// The room over an installation's database.
  /// - Parameters:
  ///   - key: seals the secrets of one-time passwords and what browsers keep between two steps.
  ///   - party: to which address passkeys are bound.
  /// - Throws: ``AccessError/damagedResource(name:reason:)``.
  public init(
    in database: Database, journal: Journal?, key: SecretKey, party: RelyingParty,
    configuration: Configuration = Configuration(), surroundings: Surroundings = .system
  ) throws(AccessError) {
    self.database = database
    self.journal = journal
    self.key = key
    self.party = party
    self.configuration = configuration
    self.surroundings = surroundings
    roles = try RoleTable.shipped()
    attempts = SignInAttempts(surroundings: surroundings)
    openKeys = BriefMemory(surroundings: surroundings)
  }

  /// Whose authenticators are taken, as their makers' certificates name them; nil where all are.
  public var takenMakers: [String]? { configuration.attestation?.makers }

  /// Whether there is anybody who could sign in.
  public func hasMembers() async throws -> Bool { try await database.read { try MemberStore.count($0) > 0 } }

  /// Writes down what was done, in the transaction that does it.
  func record(
    _ kind: StaticString, by author: Entry.Author, _ facts: [String: JSON], _ transaction: WriteTransaction
  ) throws {
    try journal?.append(
      Entry.Draft(kind: Entry.Kind(literal: kind), author: author, facts: facts), in: transaction)
  }

  /// A role that a stored row names. A role that was taken out of the table allows nothing.
  func role(_ id: String) -> Role {
    roles[id] ?? Role(id: id, title: id, text: "This role is not in the table any more.", actions: [])
  }

  /// Remembers that a member used what the role gives, once a day for each action.
  public func noteUse(of action: Action, by member: Member) async throws {
    let now = surroundings.now()
    if let emergency = member.emergency {
      try await database.write { try EmergencyStore.putUse(of: action, under: emergency.id, at: now, $0) }
    }
    guard uses.isNew(action, member.id, at: now) else { return }
    try await database.write { try UseStore.put(action, by: member.id, at: now, $0) }
  }

  func member(_ stored: MemberStore.Stored) -> Member {
    Member(id: stored.id, name: stored.name, role: role(stored.role), isActive: stored.isActive)
  }
}
