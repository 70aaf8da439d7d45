public import Access
public import Assessment
public import Journal
public import Obligations
public import Primitives
public import Storage
public import TransparencyLog
public import Vault

/// The rooms that the console shows, put together: this is where one learns of another.
public struct Rooms: Sendable {
  public let database: Database
  public let register: ObligationRegister
  public let advice: AdviceBook
  public let journal: Journal
  /// Decides which checkpoint is shown.
  public let policy: LogPolicy
  /// Who the members are.
  public let access: Access
  let sessions: any SessionSource
  /// Nil where no other server vouches for members.
  let singleSignOn: SingleSignOn?
  /// Nil where no admin panel is guarded.
  public let gateway: Gateway?
  /// Called when somebody opens the page of the sign-in: the demonstration says its code on the terminal.
  let onSignInPage: (@Sendable () -> Void)?
  public let looks: LookFeed
  /// Whether the shop under guard is the demonstration.
  public let isDemo: Bool
  /// Where the data lies, without secrets, for the page of settings.
  public let databaseName: String
  /// Nil where no customers' data is kept.
  public let vault: Vault?
  let surroundings: Surroundings

  public init(
    database: Database, register: ObligationRegister, advice: AdviceBook, journal: Journal, policy: LogPolicy,
    access: Access, sessions: (any SessionSource)? = nil, singleSignOn: SingleSignOn? = nil, gateway: Gateway? = nil,
    looks: LookFeed, isDemo: Bool, databaseName: String, vault: Vault? = nil,
    surroundings: Surroundings = .system, onSignInPage: (@Sendable () -> Void)? = nil
  ) {
    self.database = database
    self.register = register
    self.advice = advice
    self.journal = journal
    self.policy = policy
    self.access = access
    self.sessions = sessions ?? access
    self.singleSignOn = singleSignOn
    self.gateway = gateway
    self.onSignInPage = onSignInPage
    self.looks = looks
    self.isDemo = isDemo
    self.databaseName = databaseName
    self.vault = vault
    self.surroundings = surroundings
  }
}
