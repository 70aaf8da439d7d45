import CPostgreSQL
import Dispatch
import Foundation
import Logging
import Synchronization

/// Data in a PostgreSQL cluster. A few threads, each with a connection of its own, take callers from one queue; a node
/// holds no state, so many nodes may serve one cluster.
final class PostgreSQLEngine: Engine {
  /// Collisions with other transactions before the caller is told.
  private static let mostAttempts = 20

  private let url: String
  private let limits: Database.Limits
  private let logger: Logger
  private let queue: JobQueue
  private let broadcast = Broadcast()
  private let listener: PostgreSQLListener
  private let threads = DispatchGroup()

  init(url: String, limits: Database.Limits, logger: Logger) async throws(StorageError) {
    self.url = url
    self.limits = limits
    self.logger = logger
    queue = JobQueue(limit: limits.waitingWrites)
    listener = PostgreSQLListener(url: url, broadcast: broadcast)
    for number in 0..<limits.connections {
      threads.enter()
      let thread = Thread { [self] in
        work()
        threads.leave()
      }
      thread.name = "surety.pg.\(number)"
      thread.start()
    }
    do {
      _ = try await perform(.read) { try $0.first("SELECT 1") { try $0.integer(0) } }
    } catch {
      queue.close(waiters: limits.connections)
      let location = (try? DatabaseLocation(url))?.description ?? "postgres"
      throw .cannotOpen(location: location, reason: (error as? StorageError)?.description ?? "\(error)")
    }
  }

  func submit(_ job: Job) { queue.add(job) }

  // MARK: The threads

  private func work() {
    var connection: PostgreSQLConnection?
    while let job = queue.next() {
      if job.isCancelled {
        job.finish(.failure(CancellationError()))
        continue
      }
      job.finish(Result { try run(job, on: &connection) })
    }
  }

  private func run(_ job: Job, on connection: inout PostgreSQLConnection?) throws {
    for attempt in 1... {
      let current = try usable(&connection)
      let start = ContinuousClock.now
      do {
        return try attemptOnce(job, on: current)
      } catch {
        let doom = current.failure ?? error as? StorageError
        current.rollback()
        // A server that was demoted answers on, but takes no writes any more: the next caller looks for another.
        if !current.isUsable || doom?.isLostConnection == true { connection = nil }
        if case .outcomeUnknown = doom { throw error }
        if job.isCancelled { throw CancellationError() }
        guard doom?.isWorthAnotherTry(after: ContinuousClock.now - start) == true else { throw error }
        guard attempt < Self.mostAttempts else { throw StorageError.serializationFailure(attempts: attempt) }
        // Those that collided go apart by a random time that grows to some 50 ms.
        Thread.sleep(forTimeInterval: Double.random(in: 0...0.001) * Double(1 << min(attempt, 6)))
      }
    }
  }

  private func attemptOnce(_ job: Job, on connection: PostgreSQLConnection) throws {
    let canceller = Canceller(connection)
    try job.interruptible(by: canceller.cancel) {
      connection.begin(job.access)
      try job.body(WriteTransaction(connection: connection))
    }
    // Not interruptible: a cancelled commit may be kept here and lost at the next failover.
    try connection.commit()
  }

  /// A connection that works: the one at hand, or a new one. An idle connection that broke is found out here, before
  /// anything of the caller's was sent.
  private func usable(_ connection: inout PostgreSQLConnection?) throws(StorageError) -> PostgreSQLConnection {
    if let existing = connection, existing.isUsable, !existing.isClosedByServer { return existing }
    if connection != nil { logger.notice("reconnecting to PostgreSQL") }
    connection = nil
    let new = try PostgreSQLConnection(url: url, statementTime: limits.statementTime)
    connection = new
    return new
  }

  // MARK: The rest of the engine

  /// Runs statements that stand outside every transaction and take the time they need.
  func withConnection(_ body: @escaping @Sendable (PostgreSQLConnection) throws -> Void) async throws {
    try await BlockingWork.run { [url] in try body(PostgreSQLConnection(url: url, statementTime: nil)) }
  }

  func migrate(_ body: @escaping @Sendable (any MigratingConnection) throws -> Void) async throws {
    try await BlockingWork.run { [url] in
      // Neither a large table's migration nor the wait for another node's is cut short.
      let connection = try PostgreSQLConnection(url: url, statementTime: nil)
      // Taken before the transaction begins, so that its view includes what another node has just migrated.
      try connection.command("SELECT pg_advisory_lock(\(Self.advisoryKey("schema")))")
      connection.begin(.write)
      do {
        try body(connection)
        try connection.commit()
      } catch {
        connection.rollback()
        throw error
      }
    }
  }

  func lease(_ name: String) async throws(StorageError) -> Lease? {
    let (url, limits) = (url, limits)
    let holder = LeaseHolder()
    do {
      let isTaken = try await BlockingWork.run {
        let connection = try PostgreSQLConnection(url: url, statementTime: limits.statementTime)
        let isTaken =
          try ReadTransaction(connection: connection)
          .first("SELECT CAST(pg_try_advisory_lock($1) AS INT)", [.integer(Self.advisoryKey(name))]) {
            try $0.integer(0)
          } == 1
        if isTaken { holder.keep(connection) }
        return isTaken
      }
      guard isTaken else { return nil }
    } catch {
      throw error as? StorageError ?? .connectionLost(reason: "\(error)")
    }
    return Lease(
      check: { (try? await BlockingWork.run { holder.isAlive }) ?? false },
      giveBack: { _ = try? await BlockingWork.run { holder.drop() } })
  }

  /// The first eight bytes of a name, spread by FNV-1a: advisory locks are named by numbers.
  private static func advisoryKey(_ name: String) -> Int64 {
    let hash = ("surety." + name).utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return Int64(bitPattern: hash)
  }

  func notifications(on channel: Channel) -> AsyncStream<String> {
    let stream = broadcast.listen(to: channel)
    listener.listen(to: channel)
    return stream
  }

  func close() async {
    queue.close(waiters: limits.connections)
    listener.close()
    broadcast.finish()
    try? await BlockingWork.run { [threads] in threads.wait() }
  }
}

extension PostgreSQLConnection {
  /// Whether the server has hung up; looks at what has arrived without waiting.
  var isClosedByServer: Bool { PQconsumeInput(handle) == 0 || PQstatus(handle) != CONNECTION_OK }
}

extension StorageError {
  fileprivate var isLostConnection: Bool { if case .connectionLost = self { true } else { false } }

  /// Whether the same transaction may succeed when it is run again: after a collision, and after a cancellation that the
  /// server applied late, to a statement that had not used up its time.
  fileprivate func isWorthAnotherTry(after elapsed: Duration) -> Bool {
    switch self {
    case .serializationFailure: true
    case .timeLimitExceeded(let limit): elapsed < limit
    default: false
    }
  }
}

/// Ends a running statement from another thread.
///
/// `@unchecked Sendable`: libpq documents PQcancel as safe to call from any thread, also while the connection is in
/// use; the object is freed only in `deinit`, when nobody can call it any more.
private final class Canceller: @unchecked Sendable {
  private let handle: OpaquePointer?

  init(_ connection: PostgreSQLConnection) { handle = PQgetCancel(connection.handle) }

  deinit { PQfreeCancel(handle) }

  @Sendable func cancel() {
    guard let handle else { return }
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { _ = PQcancel(handle, $0.baseAddress, 256) }
  }
}

/// Holds the connection whose session owns an advisory lock.
///
/// `@unchecked Sendable`: the connection is touched only under the lock.
private final class LeaseHolder: @unchecked Sendable {
  private let lock = NSLock()
  private var connection: PostgreSQLConnection?

  func keep(_ connection: PostgreSQLConnection) { lock.withLock { self.connection = connection } }

  /// Asks the server; a session that is gone holds no lock.
  var isAlive: Bool {
    lock.withLock {
      guard let connection else { return false }
      let isAlive = (try? connection.command("SELECT 1")) != nil
      if !isAlive { self.connection = nil }
      return isAlive
    }
  }

  /// The server is told, because it may notice the closed connection only later.
  func drop() {
    lock.withLock {
      _ = try? connection?.command("SELECT pg_advisory_unlock_all()")
      connection = nil
    }
  }
}
