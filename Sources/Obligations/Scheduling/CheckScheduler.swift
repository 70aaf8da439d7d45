public import Logging
public import ServiceLifecycle

/// Has every check look at its interval: once across all nodes, again after a crash, with jitter so that the looks of
/// many targets spread out.
public struct CheckScheduler: Service {
  private let register: ObligationRegister
  private let logger: Logger
  /// So many looks at once on this node.
  private let width: Int
  /// The pause between two looks at a schedule on which nothing is due.
  private let pause: Duration
  private let report: @Sendable (LookProgress) -> Void

  /// - Parameter report: told how far each look of this node has come.
  public init(
    register: ObligationRegister, width: Int = 4, pause: Duration = .seconds(1), logger: Logger,
    report: @escaping @Sendable (LookProgress) -> Void = { _ in }
  ) {
    self.register = register
    self.width = width
    self.pause = pause
    self.logger = logger
    self.report = report
  }

  /// Works until the process is asked to stop; looks under way are given back for another node.
  public func run() async throws {
    await cancelWhenGracefulShutdown {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await keepSchedule() }
        for _ in 0..<width { group.addTask { await work() } }
      }
    }
  }

  /// Once a minute the schedule follows the profile, and what has gone stale changes how things stand.
  private func keepSchedule() async {
    while !Task.isCancelled {
      do {
        try await register.planChecks()
        try await register.reviewStandings()
      } catch {
        logger.error("the schedule could not be kept and will be again in a minute: \(error)")
      }
      try? await Task.sleep(for: .seconds(60))
    }
  }

  private func work() async {
    while !Task.isCancelled {
      do {
        // More may be waiting.
        if try await register.takeDueLook(report: report, alert: { tell($0) }) { continue }
      } catch is CancellationError {
        return
      } catch {
        logger.error("a look was not recorded and will be taken again: \(error)")
      }
      try? await Task.sleep(for: pause)
    }
  }

  /// Whoever reads the log learns of an alert, and of its end, without looking at a page.
  private func tell(_ alert: LookAlert) {
    let name = "\(alert.check) of \(alert.target)"
    if alert.isOver {
      logger.notice("\(name) looks again, after it could not \(alert.failures) times in a row: \(alert.summary)")
    } else {
      logger.warning("\(name) keeps failing: it could not look, \(alert.failures) times in a row: \(alert.summary)")
    }
  }
}
