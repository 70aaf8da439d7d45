import Foundation
import GRDB
import Synchronization

/// Data in one file, in WAL mode: many readers, and one writer whose queue commits many callers under one fsync.
final class SQLiteEngine: Engine {
  private let path: String
  private let limits: Database.Limits
  private let pool: DatabasePool
  private let queue: CommitQueue
  private let broadcast = Broadcast()

  init(path: String, limits: Database.Limits) throws(StorageError) {
    self.path = path
    self.limits = limits
    do {
      try Self.createPrivately(path)
      var configuration = Configuration()
      configuration.busyMode = .timeout(10)
      configuration.maximumReaderCount = limits.connections
      configuration.label = "surety.storage"
      configuration.prepareDatabase { database in
        try database.execute(sql: "PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY")
      }
      pool = try DatabasePool(path: path, configuration: configuration)
      try pool.writeWithoutTransaction(Self.demandDurability)
    } catch {
      if case .corrupt(let message) = SQLiteFailure.storageError(error) { throw .corrupt(message: message) }
      let reason = (error as? DatabaseError)?.message ?? "\(error)"
      throw .cannotOpen(location: path, reason: reason)
    }
    queue = CommitQueue(limits: limits, broadcast: broadcast)
  }

  /// The file must be readable by its owner only; SQLite gives its companions the same mode.
  private static func createPrivately(_ path: String) throws {
    let descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StorageError.cannotOpen(location: path, reason: String(cString: strerror(errno)))
    }
    Foundation.close(descriptor)
  }

  /// A pool opens its writer with `synchronous = NORMAL` whatever its configuration says, so it is set again and read
  /// back: an acknowledged write must survive power loss. The one that writes keeps 16 MB of pages, so that it seldom reads
  /// one again.
  private static func demandDurability(_ database: GRDB.Database) throws {
    try database.execute(
      sql: """
        PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 8000; PRAGMA cache_size = -16000
        """)
    guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
      try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
    else { throw StorageError.cannotOpen(location: "", reason: "SQLite refused WAL mode with synchronous = FULL") }
  }

  func submit(_ job: Job) {
    switch job.access {
    case .write: if queue.add(job) { pool.asyncWriteWithoutTransaction(queue.drain) }
    case .read: pool.asyncRead { [limits] in Self.run(job, on: $0, limits: limits) }
    }
  }

  private static func run(_ job: Job, on opening: Result<GRDB.Database, any Error>, limits: Database.Limits) {
    do {
      let connection = try SQLiteConnection(opening.get(), statementTime: limits.statementTime)
      defer { connection.end() }
      try job.interruptible(by: connection.stopwatch.stop) {
        try job.body(WriteTransaction(connection: connection))
      }
      job.finish(.success(()))
    } catch {
      job.finish(
        .failure(
          job.isCancelled ? CancellationError() : error is DatabaseError ? SQLiteFailure.storageError(error) : error))
    }
  }

  func migrate(_ body: @escaping @Sendable (any MigratingConnection) throws -> Void) async throws {
    let job = Job(access: .write) { transaction in
      guard let connection = transaction.connection as? SQLiteConnection else { return }
      try body(connection)
    }
    try await withCheckedThrowingContinuation { continuation in
      job.whenDone { continuation.resume(with: $0) }
      submit(job)
    }
  }

  func lease(_ name: String) async throws(StorageError) -> Lease? {
    let lockPath = "\(path).\(name)-lease"
    let descriptor = Foundation.open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .cannotOpen(location: lockPath, reason: String(cString: strerror(errno))) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      Foundation.close(descriptor)
      return nil
    }
    let lock = FileLock(descriptor: descriptor)
    return Lease(check: { lock.isHeld }, giveBack: { lock.release() })
  }

  func notifications(on channel: Channel) -> AsyncStream<String> { broadcast.listen(to: channel) }

  /// Moves the write-ahead log into the file and empties it, after all that was submitted before.
  func emptyLog() async {
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      // The writer's queue is serial.
      pool.asyncWriteWithoutTransaction { database in
        try? database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
        continuation.resume()
      }
    }
  }

  func close() async {
    // GRDB closes the writer first and the readers cannot do it.
    await emptyLog()
    broadcast.finish()
    try? pool.close()
  }
}

/// A lock that the kernel drops with the descriptor, so also when the process dies.
private final class FileLock: Sendable {
  private let descriptor: Mutex<Int32?>

  init(descriptor: Int32) { self.descriptor = Mutex(descriptor) }

  deinit { release() }

  var isHeld: Bool { descriptor.withLock { $0 != nil } }

  func release() {
    descriptor.withLock { descriptor in
      guard let open = descriptor.take() else { return }
      // A child forked by another thread holds a copy until it runs its program; closing alone would leave it locked.
      flock(open, LOCK_UN)
      Foundation.close(open)
    }
  }
}
