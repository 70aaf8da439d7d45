public import Journal
public import Primitives
public import Storage

/// The obligation register: what the platform owes, the evidence, and how each obligation stands. The public face of
/// this room.
public struct ObligationRegister: Sendable {
  public let catalogue: Catalogue
  /// Every check that this installation has.
  public let checks: [any Check]
  let database: Database
  let journal: Journal
  let surroundings: Surroundings
  private let footing = FootingCache()
  private let verdicts = VerdictCache()
  private let turnstile = Turnstile()

  public init(
    in database: Database, journal: Journal, catalogue: Catalogue, checks: [any Check],
    surroundings: Surroundings = .system
  ) {
    self.database = database
    self.journal = journal
    self.catalogue = catalogue
    self.checks = checks
    self.surroundings = surroundings
  }

  /// A check by its name.
  public func check(_ code: Code<CheckName>) -> (any Check)? { checks.first { $0.code == code } }

  // MARK: Reading

  /// The profile in force with its text; nil while none was given.
  public func profile() async throws -> (profile: Profile, yaml: String)? {
    try await database.read { try profile($0) }
  }

  /// All evidence at this moment, with the profile it was asked for under.
  public func book() async throws -> (book: EvidenceBook, profile: Profile?) {
    let now = surroundings.now()
    return try await database.read { transaction in
      let footing = try footing(at: now, transaction)
      return (try book(at: now, on: footing, transaction), footing.profile)
    }
  }

  /// What was seen at a target, the newest first, each with the journal entry that records it.
  public func observations(
    of check: Code<CheckName>, at target: String, before: Instant? = nil, limit: Int = 50
  ) async throws -> [(observation: Observation, entry: Identifier<Entry>)] {
    try await database.read { transaction in
      try ObligationsStore.observations(
        check, at: target, before: before ?? Instant(microseconds: .max), limit: Int64(limit), transaction
      ).map { ($0.observation, try ObligationsStore.identifier($0.entry)) }
    }
  }

  /// One observation; nil when there is none of that identity.
  public func observation(
    _ id: Identifier<Observation>
  ) async throws -> (observation: Observation, entry: Identifier<Entry>)? {
    try await database.read { transaction in
      try ObligationsStore.observation(id, transaction).map {
        ($0.observation, try ObligationsStore.identifier($0.entry))
      }
    }
  }

  /// How things changed since a moment, the newest first.
  public func changes(since: Instant, limit: Int = 100) async throws -> [StandingChange] {
    try await database.read { try StandingStore.changes(since: since, limit: Int64(limit), $0) }
  }

  /// How one duty or requirement changed, the newest first.
  public func changes(of subject: String, limit: Int = 100) async throws -> [StandingChange] {
    try await database.read { try StandingStore.changes(of: subject, limit: Int64(limit), $0) }
  }

  // MARK: Writing

  /// Runs `body` in a transaction, after those of this node that came before.
  func change<Value: Sendable>(_ body: @escaping @Sendable (WriteTransaction) throws -> Value) async throws -> Value {
    try await turnstile.pass { try await database.write(body) }
  }

  // MARK: Inside a transaction

  func profile(_ transaction: ReadTransaction) throws -> (profile: Profile, yaml: String)? {
    let stored = try DecisionStore.profile(transaction)
    let profile = try footing.footing(of: self, yaml: stored, on: CalendarDate(at: surroundings.now())).profile
    return profile.flatMap { profile in stored.map { (profile, $0) } }
  }

  /// What does not change from one look to the next.
  func footing(at now: Instant, _ transaction: ReadTransaction) throws -> Footing {
    try footing.footing(of: self, yaml: DecisionStore.profile(transaction), on: CalendarDate(at: now))
  }

  func book(at now: Instant, on footing: Footing, _ transaction: ReadTransaction) throws -> EvidenceBook {
    EvidenceBook(
      catalogue: catalogue, now: now, looks: try verdicts.looks(transaction), targets: footing.targets,
      attestations: try DecisionStore.attestations(transaction), exceptions: try DecisionStore.exceptions(transaction),
      profile: footing.profile, owed: footing.owed(since: try DecisionStore.firstProfile(transaction)))
  }
}
