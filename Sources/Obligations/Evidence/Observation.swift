import Foundation
public import Primitives

/// What a look found, and what was concluded from it.
public struct Observation: Sendable {
  public let id: Identifier<Observation>
  public let check: Code<CheckName>
  public let target: String
  /// When the look began.
  public let at: Instant
  public let took: Duration
  /// From then on it is stale.
  public let expires: Instant
  public let verdict: Verdict
  /// What was seen, as JSON; empty when nothing was.
  public let seen: [UInt8]

  /// Whether there was a look at all. One that was answered and still leaves open how things stand was taken; one that
  /// got no answer, or was given up, was not, and taking it again may help.
  public var wasTaken: Bool { verdict.outcome != .couldNotCheck || !seen.isEmpty }

  /// What was seen is no longer than this, in bytes: it is evidence, not an archive.
  public static let largest = 1_048_576

  public init(
    id: Identifier<Observation>, check: Code<CheckName>, target: String, at: Instant, took: Duration, expires: Instant,
    verdict: Verdict, seen: [UInt8]
  ) {
    self.id = id
    self.check = check
    self.target = target
    self.at = at
    self.took = took
    self.expires = expires
    self.verdict = verdict
    self.seen = seen
  }
}

extension Check {
  /// Looks, judges and gives up at the time limit. A failure to look is an observation too.
  /// - Throws: `CancellationError` only.
  public func observe(_ target: String, in context: CheckContext) async throws -> Observation {
    let start = context.surroundings.now()
    let result: (Verdict, [UInt8])
    do {
      let sighting = try await withTimeLimit { try await look(at: target, in: context) }
      let seen = try Self.encode(sighting)
      result =
        seen.count <= Observation.largest
        ? (judge(sighting, at: start), seen)
        : (.couldNotCheck("there was more to see than fits into an observation"), [])
    } catch let error as CancellationError {
      throw error
    } catch {
      try Task.checkCancellation()
      result = (.couldNotCheck(String("\(error)".prefix(1_000))), [])
    }
    let end = context.surroundings.now()
    return Observation(
      id: Identifier(at: start, random: context.surroundings.randomWord()), check: code, target: target, at: start,
      took: end.since(start), expires: start.advanced(by: validity), verdict: result.0, seen: result.1)
  }

  /// Derives the verdict from a stored sighting again.
  /// - Throws: ``ObligationsError/damaged(reason:)``.
  public func verdict(from seen: [UInt8], at now: Instant) throws -> Verdict {
    guard let sighting = try? JSONDecoder().decode(Sighting.self, from: Data(seen)) else {
      throw ObligationsError.damaged(reason: "a sighting of \(code)")
    }
    return judge(sighting, at: now)
  }

  /// What a stored sighting says, for people to read; nothing where it cannot be read any more.
  public func facts(from seen: [UInt8]) -> [SeenFact] {
    guard let sighting = try? JSONDecoder().decode(Sighting.self, from: Data(seen)) else { return [] }
    return facts(sighting)
  }

  private static func encode(_ sighting: Sighting) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(sighting))
  }

  private func withTimeLimit<Value: Sendable>(_ body: @escaping @Sendable () async throws -> Value) async throws
    -> Value
  {
    try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask { try await body() }
      group.addTask {
        try await Task.sleep(for: timeLimit)
        return nil
      }
      defer { group.cancelAll() }
      guard let first = try await group.next(), let value = first else { throw LookTookTooLong(limit: timeLimit) }
      return value
    }
  }
}

/// A look was given up.
struct LookTookTooLong: Error, CustomStringConvertible {
  let limit: Duration

  var description: String { "it took longer than \(limit.components.seconds) seconds and was given up" }
}
