import Foundation
import Obligations
import Primitives
import Synchronization

/// The looks that one command takes.
struct CheckPlan: Sendable {
  /// So many at once: most of the time is spent waiting for answers.
  static let width = 8

  let checks: [any Check]
  let profile: Profile
  /// For all of them together; nil for no limit beyond that of each look.
  let timeLimit: Duration?
  let progress: LookLine
  var surroundings = Surroundings.system

  struct Look: Sendable {
    let check: any Check
    let target: String
  }

  var looks: [Look] {
    checks.flatMap { check in check.targets(in: profile).map { Look(check: check, target: $0) } }
  }

  /// What each of its checks looks at.
  var targets: [Code<CheckName>: [String]] {
    Dictionary(checks.map { ($0.code, $0.targets(in: profile)) }, uniquingKeysWith: { $1 })
  }

  /// Takes the looks; one that cannot be taken is an observation too.
  /// - Throws: `CancellationError` only.
  func run() async throws -> [Observation] { try await run(looks) }

  func run(_ looks: [Look]) async throws -> [Observation] {
    let deadline = timeLimit.map { ContinuousClock.now + $0 }
    progress.begin(looks.count)
    defer { progress.finish() }
    return try await withThrowingTaskGroup(of: Observation.self) { group in
      var waiting = looks[...]
      for _ in 0..<Self.width {
        if let look = waiting.popFirst() { group.addTask { try await take(look, until: deadline) } }
      }
      var observations: [Observation] = []
      while let observation = try await group.next() {
        observations.append(observation)
        if let look = waiting.popFirst() { group.addTask { try await take(look, until: deadline) } }
      }
      return observations.sorted { ($0.check, $0.target) < ($1.check, $1.target) }
    }
  }

  private func take(_ look: Look, until deadline: ContinuousClock.Instant?) async throws -> Observation {
    let (check, target) = (look.check, look.target)
    let tell = { @Sendable [progress] (step: LookProgress.Step) in
      progress.report(LookProgress(check: check.code, target: target, step: step))
    }
    tell(.began)
    let context = CheckContext(surroundings: surroundings) { tell(.doing($0)) }
    let observation = try await withThrowingTaskGroup(of: Observation?.self) { group in
      group.addTask { try await check.observe(target, in: context) }
      if let deadline {
        group.addTask {
          try await Task.sleep(until: deadline)
          return nil
        }
      }
      defer { group.cancelAll() }
      return try await group.next().flatMap { $0 } ?? givenUp(look)
    }
    tell(.ended(observation.verdict.outcome, summary: observation.verdict.summary))
    return observation
  }

  private func givenUp(_ look: Look) -> Observation {
    let now = surroundings.now()
    return Observation(
      id: Identifier(at: now, random: surroundings.randomWord()), check: look.check.code, target: look.target, at: now,
      took: timeLimit ?? .zero, expires: now.advanced(by: look.check.validity),
      verdict: .couldNotCheck("the time limit of \(timeLimit?.components.seconds ?? 0) seconds was over"), seen: [])
  }
}

/// How far the looks have come, on standard error: one line that is rewritten on a terminal, a line for each look that
/// ended elsewhere.
final class LookLine: Sendable {
  private struct State {
    var total = 0
    var ended = 0
  }

  private let isTerminal = isatty(2) == 1
  private let state = Mutex(State())

  func begin(_ total: Int) { state.withLock { $0 = State(total: total) } }

  func report(_ progress: LookProgress) {
    state.withLock { state in
      let place = "\(progress.check) of \(TextLayout.plain(progress.target))"
      switch progress.step {
      case .began: draw("\(place): looking", state)
      case .doing(let what): draw("\(place): \(TextLayout.plain(what))", state)
      case .ended(let outcome, let summary):
        state.ended += 1
        guard !isTerminal else { return draw(place, state) }
        Terminal.say("\(state.ended)/\(state.total) \(place): \(outcome.words). \(TextLayout.plain(summary))")
      }
    }
  }

  private func draw(_ text: String, _ state: State) {
    guard isTerminal else { return }
    let line = "\(state.ended)/\(state.total) \(text)"
    let short = TextLayout.cut(line, to: TextLayout.terminalWidth - 1)
    FileHandle.standardError.write(Data("\r\u{1b}[2K\(short)".utf8))
  }

  func finish() {
    if isTerminal { FileHandle.standardError.write(Data("\r\u{1b}[2K".utf8)) }
  }
}

extension Outcome {
  /// As people read it.
  var words: String {
    switch self {
    case .satisfied: "in order"
    case .notSatisfied: "not in order"
    case .couldNotCheck: "could not look"
    }
  }
}
