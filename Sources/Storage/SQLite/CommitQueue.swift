import GRDB
import GRDBSQLite
import Synchronization

/// The callers who wait to write. Whoever finds the queue idle starts the drain; the drain commits all who wait by
/// then together, each in a savepoint of their own, and goes on until nobody waits.
final class CommitQueue: Sendable {
  private struct Waiting {
    var jobs: [Job] = []
    var isDraining = false
  }

  /// So many callers share a commit at most, so that the first of them does not wait for ever.
  private static let largestBatch = 1_024

  private let limits: Database.Limits
  private let broadcast: Broadcast
  private let waiting = Mutex(Waiting())

  init(limits: Database.Limits, broadcast: Broadcast) {
    self.limits = limits
    self.broadcast = broadcast
  }

  /// Queues a job, or refuses it when too many wait.
  /// - Returns: whether the caller must start ``drain(_:)``.
  func add(_ job: Job) -> Bool {
    let (isRefused, mustDrain) = waiting.withLock { waiting in
      guard waiting.jobs.count < limits.waitingWrites else { return (true, false) }
      waiting.jobs.append(job)
      defer { waiting.isDraining = true }
      return (false, !waiting.isDraining)
    }
    if isRefused { job.finish(.failure(StorageError.overloaded(waiting: limits.waitingWrites))) }
    return mustDrain
  }

  /// Commits until nobody waits. Runs on the writer's thread.
  @Sendable func drain(_ database: GRDB.Database) {
    while let batch = nextBatch() {
      do {
        let connection = try SQLiteConnection(database, statementTime: limits.statementTime)
        defer { connection.end() }
        commit(batch, on: connection)
      } catch {
        for job in batch { job.finish(.failure(error)) }
      }
    }
  }

  private func nextBatch() -> [Job]? {
    waiting.withLock { waiting in
      guard !waiting.jobs.isEmpty else {
        waiting.isDraining = false
        return nil
      }
      let batch = Array(waiting.jobs.prefix(Self.largestBatch))
      waiting.jobs.removeFirst(batch.count)
      return batch
    }
  }

  /// Commits the jobs together. When SQLite throws away the whole transaction because of one of them (disk full,
  /// interrupted), that one fails and the others are run again: none of them was acknowledged.
  private func commit(_ batch: [Job], on connection: SQLiteConnection) {
    var jobs = batch
    while !jobs.isEmpty {
      do {
        try connection.execute("BEGIN IMMEDIATE")
      } catch {
        for job in jobs { job.finish(.failure(error)) }
        return
      }
      var done: [Job] = []
      var culprit: Int?
      for (position, job) in jobs.enumerated() {
        if run(job, on: connection) { done.append(job) }
        if !connection.isInTransaction {
          culprit = position
          break
        }
      }
      guard let culprit else { return finish(done, on: connection) }
      _ = connection.takeNotifications()
      let failed = jobs[culprit]
      // Those before it that succeeded, and those behind it, get another try; the failed ones have their answer.
      jobs = done.filter { $0 !== failed } + jobs[(culprit + 1)...]
    }
  }

  /// Runs one job in its savepoint.
  /// - Returns: whether it succeeded and waits for the commit; otherwise it has its answer.
  private func run(_ job: Job, on connection: SQLiteConnection) -> Bool {
    let notified = connection.notifications.count
    connection.stopwatch.reset()
    do {
      try connection.execute("SAVEPOINT caller")
      try job.interruptible(by: connection.stopwatch.stop) {
        try job.body(WriteTransaction(connection: connection))
      }
      guard connection.isInTransaction else { throw StorageError.diskFull }
      try connection.execute("RELEASE caller")
      return true
    } catch {
      connection.stopwatch.reset()
      if connection.isInTransaction { undo(on: connection, notified: notified) }
      let isInterruption = job.isCancelled
      job.finish(
        .failure(
          isInterruption ? CancellationError() : error is DatabaseError ? SQLiteFailure.storageError(error) : error))
      return false
    }
  }

  private func undo(on connection: SQLiteConnection, notified: Int) {
    connection.keepNotifications(notified)
    do {
      try connection.execute("ROLLBACK TO caller")
      try connection.execute("RELEASE caller")
    } catch {
      // Without its savepoint the job cannot be told from the others: give up the transaction, all are run again.
      _ = try? connection.execute("ROLLBACK")
    }
  }

  private func finish(_ jobs: [Job], on connection: SQLiteConnection) {
    let notifications = connection.takeNotifications()
    do {
      try connection.execute(jobs.isEmpty ? "ROLLBACK" : "COMMIT")
      for (channel, payload) in notifications { broadcast.send(payload, on: channel) }
      for job in jobs { job.finish(.success(())) }
    } catch {
      if connection.isInTransaction { _ = try? connection.execute("ROLLBACK") }
      for job in jobs { job.finish(.failure(error.atCommit)) }
    }
  }
}

extension StorageError {
  /// What an error means when it comes from the commit itself: after a failed flush what was written may come back when
  /// the file is opened again.
  fileprivate var atCommit: StorageError {
    guard case .statementFailed(let code, let message) = self, code.hasPrefix("SQLite "),
      let number = Int32(code.dropFirst("SQLite ".count)), number & 0xff == SQLITE_IOERR
    else { return self }
    return .outcomeUnknown(reason: message)
  }
}

extension SQLiteConnection {
  /// Runs one of the statements that frame transactions.
  fileprivate func execute(_ sql: StaticString) throws(StorageError) {
    let _: Int = try execute(sql, [])
  }
}
