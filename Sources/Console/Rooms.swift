public import Assessment
public import Journal
public import Obligations
public import Primitives
public import Storage
public import TransparencyLog

/// The rooms that the console shows, put together: this is where one learns of another.
public struct Rooms: Sendable {
  public let database: Database
  public let register: ObligationRegister
  public let advice: AdviceBook
  public let journal: Journal
  /// Decides which checkpoint is shown.
  public let policy: LogPolicy
  public let signIn: any SignIn
  public let looks: LookFeed
  /// Whether the shop under guard is the demonstration.
  public let isDemo: Bool
  /// Where the data lies, without secrets, for the page of settings.
  public let databaseName: String
  let surroundings: Surroundings

  public init(
    database: Database, register: ObligationRegister, advice: AdviceBook, journal: Journal, policy: LogPolicy,
    signIn: any SignIn, looks: LookFeed, isDemo: Bool, databaseName: String,
    surroundings: Surroundings = .system
  ) {
    self.database = database
    self.register = register
    self.advice = advice
    self.journal = journal
    self.policy = policy
    self.signIn = signIn
    self.looks = looks
    self.isDemo = isDemo
    self.databaseName = databaseName
    self.surroundings = surroundings
  }
}
