import Access
import ArgumentParser
import Console
import Foundation
import Journal
import Obligations
import Primitives
import Storage
import TransparencyLog
import Vault

/// Where an installation keeps its files and its data.
struct InstallationOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The directory of the installation: keys, mark and, by default, the database.",
      discussion: "SURETY_DATA names another default."))
  var data = ProcessInfo.processInfo.environment["SURETY_DATA"] ?? "surety-data"

  @Option(
    help: ArgumentHelp(
      "The database: postgres://…, sqlite:<path> or a path.",
      discussion: """
        'surety init' remembers it, so other commands need not be told. A password is better kept in SURETY_DATABASE or \
        in libpq's password file than on the command line, where every user of the machine can see it.
        """))
  var database: String?

  /// The installation, for a command that may do what it names.
  /// - Throws: ``OperatorRefused``.
  func installation(for command: any ActingCommand.Type) throws -> Installation {
    let given = database ?? ProcessInfo.processInfo.environment["SURETY_DATABASE"]
    return try Installation(in: DataDirectory(data, database: given), for: command)
  }
}

/// The files of an installation.
struct Installation: Sendable {
  private let files: DataDirectory
  private let authorizer: any Authorizer

  /// Asks whether the operator may do what the command names, before anything is opened or made.
  /// - Parameter authorizer: nil for the table of roles that the product ships.
  /// - Throws: ``OperatorRefused``.
  init(
    in files: DataDirectory, for command: any ActingCommand.Type, asking authorizer: (any Authorizer)? = nil
  ) throws {
    self.files = files
    self.authorizer = try authorizer ?? RoleAuthorizer(.shipped())
    try expectPermission(for: command.action)
  }

  /// Asks for more than the command's own action, where an option does more. The operating system says who the operator
  /// is, now and here.
  /// - Throws: ``OperatorRefused``.
  func expectPermission(for action: Action) throws {
    let now = Surroundings.system.now()
    let decision = authorizer.decide(
      AccessRequest(
        principal: .operator, action: action, resource: Resource(kind: "installation", name: directory),
        context: AccessContext(now: now, strength: .twoFactor, proven: now, address: "local")))
    if case .deny(let denials) = decision { throw OperatorRefused(action: action, denials: denials) }
  }

  var directory: String { files.path }
  var location: DatabaseLocation { files.location }
  var keysPath: String { "\(directory)/ledger.keys" }
  var markPath: String { "\(directory)/ledger.mark" }
  /// Seals what the database must not tell, such as the secrets of one-time passwords.
  var secretsPath: String { "\(directory)/secrets.key" }
  /// There while an installation is being made; what an interrupted `init` left behind may then be used.
  var pendingPath: String { "\(directory)/init.pending" }
  /// The witnesses of this ledger and their quorum (C2SP tlog-policy); there need not be any.
  var witnessesPath: String { "\(directory)/witnesses.policy" }

  /// Makes the directory, readable by its owner only, and remembers a database that is not the default one.
  func create(remembering database: String?) throws { try files.create(remembering: database) }

  /// Opens the database and brings its tables up to date.
  func openDatabase() async throws -> Database {
    if case .sqlite = location, !FileManager.default.fileExists(atPath: directory) {
      throw ValidationError(
        "there is no installation in \(directory); make one with 'surety init', or name it with --data")
    }
    guard !FileManager.default.fileExists(atPath: restorePath) else {
      throw ValidationError(
        "a restore of \(directory) was cut off; begin it again with 'surety restore', then everything is there")
    }
    let database = try await Database.open(location, logger: Terminal.logger())
    try await database.migrate(
      Self.plans, at: Surroundings.system.now())
    return database
  }

  /// The keys that sign this ledger, and what outsiders are asked to trust: these keys, and the witnesses' quorum.
  func keyringAndPolicy() throws -> (Keyring, LogPolicy) {
    let keyring = try Keyring(path: keysPath)
    guard FileManager.default.fileExists(atPath: witnessesPath) else { return (keyring, keyring.policy) }
    let policy = try LogPolicy(parsing: Array(Data(contentsOf: URL(filePath: witnessesPath))))
    return (keyring, policy.replacingLogs(with: keyring.verifierKeys))
  }

  /// The room of access over an open database.
  /// - Parameters:
  ///   - journal: nil while the ledger is being made.
  ///   - party: to which address passkeys are bound.
  func access(
    in database: Database, journal: Journal?, party: RelyingParty = .thisMachine,
    configuration: Access.Configuration = Access.Configuration()
  ) throws -> Access {
    try Access(
      in: database, journal: journal, key: try SecretKey(path: secretsPath), party: party,
      configuration: configuration)
  }

  /// Opens the ledger for a command about members.
  func withAccess<Value>(_ body: (Access) async throws -> Value) async throws -> Value {
    try await withLedger { ledger in
      try await body(try access(in: ledger.database, journal: ledger.journal))
    }
  }

  /// Opens the ledger, calls `body`, and closes the database.
  func withLedger<Value>(_ body: (OpenLedger) async throws -> Value) async throws -> Value {
    let database = try await openDatabase()
    do {
      let (keyring, policy) = try keyringAndPolicy()
      let mark = try HighWaterMark(path: markPath)
      let journal = try await Journal.open(in: database, trusting: keyring.policy, mark: mark)
      let ledger = OpenLedger(
        database: database, journal: journal, keyring: keyring, policy: policy, mark: mark)
      let value = try await body(ledger)
      await database.close()
      return value
    } catch {
      await database.close()
      throw error
    }
  }
}

/// An opened ledger with what belongs to it.
struct OpenLedger: Sendable {
  let database: Database
  let journal: Journal
  let keyring: Keyring
  let policy: LogPolicy
  let mark: HighWaterMark

  /// The same ledger, signed by other keys.
  func with(_ keyring: Keyring) -> OpenLedger {
    OpenLedger(database: database, journal: journal, keyring: keyring, policy: policy, mark: mark)
  }

  /// Publishes what waits, unless a running server does the sequencing, and gives the place of an entry.
  func publish(_ id: Identifier<Entry>) async throws -> Journal.Leaf {
    // Another command may hold the lease and end without having seen this entry, so it is tried again.
    for _ in 0..<20 {
      try await publishPending()
      if let leaf = try? await journal.waitForPublication(of: id, limit: .milliseconds(500)) { return leaf }
    }
    throw JournalError.notPublishedInTime(.seconds(10))
  }

  /// Publishes what waits, unless a running server does the sequencing.
  func publishPending() async throws {
    if policy.asksForWitnesses {
      // A witness may know that this whole machine was restored from an old backup; then nothing is signed.
      try await HTTPFetcher.with { fetcher in
        let collector = WitnessCollector(
          journal: journal, policy: { policy }, transport: HTTPWitnessTransport(fetcher), logger: Terminal.logger())
        _ = try await collector.collect()
      }
    }
    let sequencer = Sequencer(
      journal: journal, keyring: try Keyring(path: keyring.path), mark: mark, logger: Terminal.logger())
    _ = try await sequencer.runOnce()
    await sequencer.stop()
  }
}
