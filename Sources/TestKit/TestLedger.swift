import Foundation
@_spi(Testing) public import Journal
public import Logging
public import Primitives
public import Storage
import TransparencyLog

/// A ledger in an empty database, with its keys and its mark in a directory of their own.
public struct TestLedger: Sendable {
  public let database: Database
  public let directory: TemporaryDirectory
  public let keyring: Keyring
  public let journal: Journal

  public static let origin = "shop.example/ledger"

  /// Where the mark is.
  public var markPath: String { directory.file("ledger.mark") }

  /// A draft with nothing remarkable in it.
  public static func draft(_ number: Int) throws -> Entry.Draft {
    Entry.Draft(kind: try Entry.Kind("test.counted"), author: .system, facts: ["number": .integer(Int64(number))])
  }

  /// Makes a ledger, calls `body` with it and removes it.
  @discardableResult
  public static func with<Value>(
    _ backend: Backend, surroundings: Surroundings = .system, isolation: isolated (any Actor)? = #isolation,
    _ body: (TestLedger) async throws -> Value
  ) async throws -> Value {
    try await TestDatabase.with(backend) { database in
      try await TemporaryDirectory.with { directory in
        try await body(TestLedger(in: database, directory: directory, surroundings: surroundings))
      }
    }
  }

  /// Makes a ledger in an empty database.
  public init(in database: Database, directory: TemporaryDirectory, surroundings: Surroundings = .system) async throws {
    self.database = database
    self.directory = directory
    keyring = try Keyring.create(path: directory.file("ledger.keys"), name: Self.origin, kind: .ed25519)
    try await database.migrate([Journal.migrations], at: surroundings.now())
    journal = try await Journal.create(in: database, signedBy: keyring, surroundings: surroundings)
  }

  /// A ledger of these parts.
  public init(database: Database, directory: TemporaryDirectory, keyring: Keyring, journal: Journal) {
    self.database = database
    self.directory = directory
    self.keyring = keyring
    self.journal = journal
  }

  /// The same ledger with its database opened anew, unchecked.
  public init(reopened ledger: TestLedger, in database: Database) async throws {
    self.database = database
    directory = ledger.directory
    keyring = ledger.keyring
    journal = Journal.uncheckedForTesting(origin: Self.origin, in: database)
  }

  /// Opens the ledger again, as another process would.
  public func reopen() async throws -> Journal {
    try await Journal.open(in: database, trusting: keyring.policy, mark: HighWaterMark(path: markPath))
  }

  /// A sequencer of its own.
  public func sequencer(interval: Duration = .milliseconds(20), largestBatch: Int = 8_192) throws -> Sequencer {
    Sequencer(
      journal: journal, keyring: try Keyring(path: keyring.path), mark: try HighWaterMark(path: markPath),
      configuration: Sequencer.Configuration(interval: interval, largestBatch: largestBatch), logger: Self.quiet)
  }

  /// Takes up and publishes all that waits.
  public func sequence(largestBatch: Int = 8_192) async throws {
    let sequencer = try sequencer(largestBatch: largestBatch)
    _ = try await sequencer.runOnce()
    await sequencer.stop()
  }

  /// A logger that says nothing.
  public static var quiet: Logger { Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }) }
}
