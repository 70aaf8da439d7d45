public import Primitives
import Storage

extension ObligationRegister {
  /// Brings the schedule in line with the profile: new targets are looked at at once, vanished ones no more.
  public func planChecks() async throws {
    let now = surroundings.now()
    try await change { try plan(at: now, $0) }
  }

  func plan(at now: Instant, _ transaction: WriteTransaction) throws {
    let planned = try ScheduleStore.all(transaction)
    let wanted = Set(
      try footing(at: now, transaction).targets.flatMap { check, targets in
        targets.map { ScheduledLook(check: check, target: $0) }
      })
    try ScheduleStore.insert(wanted.filter { planned[$0] == nil }, next: now, transaction)
    try ScheduleStore.delete(planned.keys.filter { !wanted.contains($0) }, transaction)
  }

  /// When each check looks at each target next.
  public func schedule() async throws -> [(check: Code<CheckName>, target: String, next: Instant)] {
    try await database.read { try ScheduleStore.all($0) }.map { ($0.key.check, $0.key.target, $0.value) }
      .sorted { ($0.2, $0.0, $0.1) < ($1.2, $1.0, $1.1) }
  }

  /// Has a check look as soon as a node is free.
  /// - Throws: ``ObligationsError/unknown(kind:name:)`` when it is not on the schedule.
  public func runNow(_ check: Code<CheckName>, at target: String) async throws {
    let now = surroundings.now()
    let look = ScheduledLook(check: check, target: target)
    try await change { transaction in
      guard try ScheduleStore.advance(look, to: now, transaction) else {
        throw ObligationsError.unknown(kind: "scheduled check", name: "\(check) of \(target)")
      }
    }
  }

  /// Takes all looks that are due, so many at once at most, and records each as it ends.
  /// - Returns: how many this node took.
  @discardableResult
  public func takeDueLooks(
    width: Int = 4, report: @escaping @Sendable (LookProgress) -> Void = { _ in }
  ) async throws -> Int {
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<width {
        group.addTask {
          var count = 0
          while try await takeDueLook(report: report) { count += 1 }
          return count
        }
      }
      return try await group.reduce(0, +)
    }
  }

  /// Takes the look that has been due longest, unless another node is at it.
  /// - Parameter alert: told when a check begins to keep failing, and when it looks again.
  /// - Returns: whether there was one.
  func takeDueLook(
    report: @escaping @Sendable (LookProgress) -> Void, alert: @Sendable (LookAlert) -> Void = { _ in }
  ) async throws -> Bool {
    let claim = Identifier<LookClaim>(in: surroundings)
    let now = surroundings.now()
    // More than one, because other nodes take from the same schedule, and a newer one may have checks unknown here.
    let due = try await database.read { try ScheduleStore.due(at: now, limit: 100, $0) }
    for look in due {
      guard let check = check(look.check) else { continue }
      // A node that dies in the middle leaves a claim that ends by itself.
      let until = now.advanced(by: check.timeLimit + .seconds(30))
      let isOurs = try await change { try ScheduleStore.claim(look, as: claim, at: now, until: until, $0) }
      guard isOurs else { continue }
      if let began = try await take(look, check, claim, report: report) { alert(began) }
      return true
    }
    return false
  }

  private func take(
    _ look: ScheduledLook, _ check: any Check, _ claim: Identifier<LookClaim>,
    report: @escaping @Sendable (LookProgress) -> Void
  ) async throws -> LookAlert? {
    func tell(_ step: LookProgress.Step) { report(LookProgress(check: look.check, target: look.target, step: step)) }
    tell(.began)
    let context = CheckContext(surroundings: surroundings) { text in
      report(LookProgress(check: look.check, target: look.target, step: .doing(text)))
    }
    do {
      let observation = try await check.observe(look.target, in: context)
      let alert = try await finish(look, check, claim, observation)
      tell(.ended(observation.verdict.outcome, summary: observation.verdict.summary))
      return alert
    } catch {
      // The task may be cancelled, and giving back must not be.
      if error is CancellationError { await Task { await giveBack(look, claim) }.value }
      tell(.ended(.couldNotCheck, summary: "it was not recorded and will be taken again"))
      throw error
    }
  }

  private func finish(
    _ look: ScheduledLook, _ check: any Check, _ claim: Identifier<LookClaim>, _ observation: Observation
  ) async throws -> LookAlert? {
    let word = surroundings.randomWord()
    return try await change { transaction in
      let before = try ObligationsStore.look(look.check, at: look.target, transaction)
      // Whoever lost its claim may have been overtaken; what it saw is evidence all the same.
      _ = try record(observation, transaction)
      let after = try ObligationsStore.look(look.check, at: look.target, transaction)
      let pause = Self.pause(of: check.interval, failures: after?.failures ?? 0, jitter: word)
      try ScheduleStore.finish(look, claim: claim, next: surroundings.now().advanced(by: pause), transaction)
      return after.flatMap { LookAlert(before: before, after: $0) }
    }
  }

  private func giveBack(_ look: ScheduledLook, _ claim: Identifier<LookClaim>) async {
    // Where the database is away the claim ends by itself.
    try? await change { try ScheduleStore.release(look, claim: claim, $0) }
  }

  /// How long to wait for the next look: the interval, up to a tenth more or less. After a failure to look it is a
  /// twentieth of the interval, but a minute at least, since the reason may be gone soon; each further failure doubles
  /// it, up to the interval.
  static func pause(of interval: Duration, failures: Int64, jitter word: UInt64) -> Duration {
    var base = interval
    if failures > 0 {
      base = max(.seconds(60), interval / 20)
      for _ in 1..<min(failures, 10) where base < interval { base *= 2 }
      base = min(base, max(.seconds(60), interval))
    }
    let part = Double(word >> 11) / Double(1 << 53)
    return base * (0.9 + 0.2 * part)
  }
}
