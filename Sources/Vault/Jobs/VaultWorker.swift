import Journal
public import Logging
import Primitives
public import ServiceLifecycle
import Storage

/// Does the vault's long work, on one node at a time: jobs, forgetting that was cut off, and a retention run a day. On each
/// node it lets go of opened keys in time.
public struct VaultWorker: Service {
  private let vault: Vault
  private let logger: Logger
  /// The pause between two looks for work.
  private let pause: Duration

  public init(_ vault: Vault, pause: Duration = .seconds(2), logger: Logger) {
    (self.vault, self.pause, self.logger) = (vault, pause, logger)
  }

  /// How often a node takes up whom others forgot.
  static let erasureInterval: Duration = .seconds(600)
  /// How often retention is carried out.
  static let retentionInterval: Duration = .seconds(86_400)

  /// Works until the process is asked to stop; the batch under way is finished or undone as a whole.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      var next = ContinuousClock.now
      while !Task.isCancelled {
        vault.letGoOfKeys()
        do {
          if ContinuousClock.now >= next {
            try await vault.takeUpErasures()
            next = ContinuousClock.now + Self.erasureInterval
          }
          try await work()
        } catch is CancellationError {
          return
        } catch VaultError.noMap {
          // Nothing is kept yet.
        } catch {
          logger.error("the vault's work stopped and goes on in a moment: \(error)")
        }
        try? await Task.sleep(for: pause)
      }
    }
  }

  private func work() async throws {
    guard let lease = try await vault.database.lease("vault-work") else { return }
    do {
      try await vault.resumeForgetting()
      try await vault.dropUnfinishedFiles()
      try await beginRetention()
      while try await vault.workSome() != nil { try Task.checkCancellation() }
    } catch {
      await lease.release()
      throw error
    }
    await lease.release()
  }

  /// Once a day, where something is due.
  private func beginRetention() async throws {
    let now = vault.surroundings.now()
    let (isDue, last) = try await vault.database.read { transaction in
      (
        try RecordStore.countDue(at: now, transaction) > 0,
        try JobStore.jobs(transaction).first { $0.kind == .retention }
      )
    }
    guard isDue, last.map({ $0.state == .done && now.since($0.begun) >= Self.retentionInterval }) ?? true else {
      return
    }
    _ = try await vault.beginRetention(by: .system)
  }
}
