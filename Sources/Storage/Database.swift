public import Logging

/// The data of an installation, on SQLite or PostgreSQL. A value that may be copied and used from anywhere; the
/// closures given to it run on the database's own threads, never on an event loop or the cooperative pool.
public struct Database: Sendable {
  /// What a database may take before it refuses.
  public struct Limits: Sendable {
    /// How long one statement may run.
    public var statementTime: Duration
    /// How many callers may wait to write.
    public var waitingWrites: Int
    /// How many connections read at once on SQLite, and read or write at once on PostgreSQL.
    public var connections: Int

    /// The limits a server runs with.
    public init(statementTime: Duration = .seconds(30), waitingWrites: Int = 65_536, connections: Int = 8) {
      self.statementTime = statementTime
      self.waitingWrites = waitingWrites
      self.connections = connections
    }
  }

  let engine: any Engine

  /// Opens or makes the database.
  /// - Throws: ``StorageError/cannotOpen(location:reason:)``.
  public static func open(
    _ location: DatabaseLocation, limits: Limits = Limits(), logger: Logger = Logger(label: "surety.storage")
  ) async throws(StorageError) -> Database {
    switch location {
    case .sqlite(let path):
      do {
        return Database(engine: try await BlockingWork.run { try SQLiteEngine(path: path, limits: limits) })
      } catch {
        throw error as? StorageError ?? .cannotOpen(location: path, reason: "\(error)")
      }
    case .postgreSQL(let url):
      return Database(engine: try await PostgreSQLEngine(url: url, limits: limits, logger: logger))
    }
  }

  /// Runs `body` in a transaction that reads a consistent view and changes nothing.
  /// - Throws: what `body` throws, ``StorageError``, or `CancellationError` when the task is cancelled.
  public func read<Value: Sendable>(
    priority: Priority = .ordinary, _ body: @escaping @Sendable (ReadTransaction) throws -> Value
  ) async throws -> Value {
    try await engine.perform(.read, priority, body)
  }

  /// Runs `body` in a transaction and returns once it is durable: it then survives `kill -9` and power loss.
  ///
  /// Transactions are serialisable. On SQLite the transactions of many callers share one fsync, each in its own
  /// savepoint; on PostgreSQL one that collides is run again. Either way `body` may run several times.
  /// - Throws: what `body` throws, and then nothing of it is kept; ``StorageError``; `CancellationError` when the task
  ///   is cancelled before the commit.
  @discardableResult
  public func write<Value: Sendable>(
    priority: Priority = .ordinary, _ body: @escaping @Sendable (WriteTransaction) throws -> Value
  ) async throws -> Value {
    try await engine.perform(.write, priority, body)
  }

  /// Takes a lease that one process in the whole installation can hold; nil when another holds it. It is given back
  /// by ``Lease/release()`` and by the end of the process, however it ends.
  public func lease(_ name: StaticString) async throws(StorageError) -> Lease? {
    try await engine.lease(name.description)
  }

  /// The payloads sent on a channel from now on, by any node. An empty payload also comes after a connection was lost
  /// and found again: look at the data then, since payloads may have been missed.
  public func notifications(on channel: Channel) -> AsyncStream<String> { engine.notifications(on: channel) }

  /// Waits for the work under way and closes all connections.
  public func close() async { await engine.close() }
}

/// What ``Database`` asks of an engine.
protocol Engine: Sendable {
  func submit(_ job: Job)
  func lease(_ name: String) async throws(StorageError) -> Lease?
  func notifications(on channel: Channel) -> AsyncStream<String>
  /// Brings the tables to the version the plans describe, under a lock.
  func migrate(_ body: @escaping @Sendable (any MigratingConnection) throws -> Void) async throws
  /// Overwrites what deleted rows left behind.
  func scrub(_ tables: [String]) async throws
  func close() async
}

/// Who goes first where callers wait for a connection. On SQLite all who wait to write are committed together anyway.
public enum Priority: Sendable {
  case ordinary
  /// Before all ordinary ones: for the few transactions that others wait for, such as the sequencer's.
  case first
}

/// Whether a transaction may change data.
enum Access: Sendable { case read, write }

extension Engine {
  /// Hands a closure to the engine's threads and waits for its result.
  func perform<Value: Sendable>(
    _ access: Access, _ priority: Priority = .ordinary, _ body: @escaping @Sendable (WriteTransaction) throws -> Value
  ) async throws -> Value {
    let result = Outcome<Value>()
    let job = Job(access: access, priority: priority) { result.value = try body($0) }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        job.whenDone { continuation.resume(with: $0) }
        submit(job)
      }
    } onCancel: {
      job.cancel()
    }
    return try result.take()
  }
}
