public import Journal
import Primitives
import Storage

extension ObligationRegister {
  /// Every look on the schedule, with whether it is being taken at this moment.
  public func plannedLooks() async throws -> [PlannedLook] {
    let now = surroundings.now()
    return try await database.read { try PlannedLookStore.all(at: now, $0) }
  }

  /// How many looks on the schedule keep failing: an alert stands for each.
  public func failingLooks() async throws -> Int64 { try await database.read { try ScheduleStore.failing($0) } }

  /// Has a check look as soon as a node is free, because a person asks for it; the journal says who.
  /// - Throws: ``ObligationsError/unknown(kind:name:)`` when it is not on the schedule.
  public func requestLook(_ check: Code<CheckName>, at target: String, by author: Entry.Author) async throws {
    let now = surroundings.now()
    let look = ScheduledLook(check: check, target: target)
    try await database.write { transaction in
      guard try ScheduleStore.advance(look, to: now, transaction) else {
        throw ObligationsError.unknown(kind: "scheduled check", name: "\(check) of \(target)")
      }
      try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "check.requested"), author: author,
          facts: ["check": .string(check.text), "target": .string(target)]), in: transaction)
    }
  }
}
