public import Primitives
import Storage

/// Observations of a check at a target, so many at a time, with where they stand among all of them.
public struct ObservationSlice: Sendable {
  /// The newest first.
  public let observations: [Observation]
  /// How many are newer than these.
  public let newer: Int64
  /// How many there are in all.
  public let count: Int64
  /// The page of newer ones is what lies before this moment; nil when there is none, or it is the first page.
  public let newerBefore: Instant?
}

extension ObligationRegister {
  /// How many observations are looked through to tell since when something has been seen.
  public static let longestLookBack: Int64 = 200

  /// What was seen at a target before a moment; without one, the newest.
  public func observationSlice(
    of check: Code<CheckName>, at target: String, before: Instant?, limit: Int
  ) async throws -> ObservationSlice {
    let past = Instant(microseconds: .min)
    return try await database.read { transaction in
      let count = try EvidenceHistoryStore.count(of: check, at: target, from: past, transaction)
      let found = try ObligationsStore.observations(
        check, at: target, before: before ?? Instant(microseconds: .max), limit: Int64(limit), transaction)
      let newer =
        try before.map { try EvidenceHistoryStore.count(of: check, at: target, from: $0, transaction) } ?? 0
      let edge = try before.flatMap {
        try EvidenceHistoryStore.moment(of: check, at: target, from: $0, skipping: Int64(limit), transaction)
      }
      return ObservationSlice(
        observations: found.map(\.observation), newer: newer, count: count, newerBefore: edge)
    }
  }

  /// Since when each of these weaknesses has been seen without a break, as far as the last ``longestLookBack``
  /// observations tell.
  public func starts(of findings: [SeenFinding]) async throws -> [SeenFinding: Instant] {
    try await database.read { transaction in
      var starts: [SeenFinding: Instant] = [:]
      for finding in findings {
        starts[finding] = try EvidenceHistoryStore.start(of: finding, limit: Self.longestLookBack, transaction)
      }
      return starts
    }
  }

  /// Who put the profile in force, and when; nil while there is none.
  public func profileChange() async throws -> (author: String, at: Instant)? {
    try await database.read { try EvidenceHistoryStore.profileChange($0) }
  }
}
