public import Journal
import Primitives
import Storage

/// What a retention run does, or would do.
public struct RetentionSummary: Hashable, Sendable {
  /// By collection: records that go, and fields that go out of records that stay.
  public var deletedRecords: [String: Int] = [:]
  public var deletedFields: [String: Int] = [:]
  /// Records that would go, and a legal hold keeps.
  public var held = 0
  /// Subjects of whom nothing is left, and who are forgotten with it.
  public var forgotten = 0
  /// Whether there is more than was looked at.
  public var hasMore = false

  /// Whether nothing goes.
  public var isEmpty: Bool { self == RetentionSummary() }
}

extension Vault {
  static let retentionBatch = 200

  /// What a retention run would do now; nothing is changed.
  /// - Parameter most: no more records are looked at.
  public func previewRetention(most: Int = 10_000) async throws -> RetentionSummary {
    try await withGround { ground in
      let now = surroundings.now()
      return try await database.read { transaction in
        var summary = RetentionSummary()
        let due = try RecordStore.due(at: now, limit: most + 1, transaction)
        summary.hasMore = due.count > most
        var emptied: [Identifier<Subject>: Int] = [:]
        for stored in due.prefix(most) {
          let step = try step(for: stored, at: now, ground, transaction)
          step.count(stored.place.collection, in: &summary)
          if case .delete = step { emptied[stored.place.subject, default: 0] += 1 }
        }
        for (subject, count) in emptied where try RecordStore.records(of: subject, transaction).count == count {
          summary.forgotten += 1
        }
        return summary
      }
    }
  }

  /// Begins a retention run in the background.
  public func beginRetention(by author: Entry.Author) async throws -> VaultJob {
    let (now, id) = (surroundings.now(), Identifier<VaultJob>(in: surroundings))
    return try await database.write { transaction in
      if let running = try JobStore.jobs(transaction).first(where: { $0.kind == .retention && $0.state != .done }) {
        return running
      }
      let job = VaultJob(
        id: id, kind: .retention, author: author.name, target: 0,
        total: try RecordStore.countDue(at: now, transaction), begun: now)
      try JobStore.insert(job, transaction)
      return job
    }
  }

  private enum Step {
    case delete
    case trim([SealedRecord.Value], count: Int)
    case hold
    /// Nothing to do now; looked at again then.
    case wait(Instant?)

    func count(_ collection: String, in summary: inout RetentionSummary) {
      switch self {
      case .delete: summary.deletedRecords[collection, default: 0] += 1
      case .trim(_, let count): summary.deletedFields[collection, default: 0] += count
      case .hold: summary.held += 1
      case .wait: break
      }
    }
  }

  private func step(
    for stored: RecordStore.StoredRecord, at now: Instant, _ ground: Ground, _ transaction: ReadTransaction
  ) throws -> Step {
    let subject = stored.place.subject
    if try !SubjectStore.holds(on: subject, transaction).isEmpty { return .hold }
    let (key, _, _) = try openKey(of: subject, for: .restricted, ground, transaction)
    let isRestricted = try SubjectStore.state(subject, transaction) == .restricted
    guard let collection = ground.map[collection: stored.place.collection] else { return .delete }
    let values = try presentValues(stored, under: key, ground, transaction)
    let plan = RetentionPlan(ground.map, collection, events: try SubjectStore.events(of: subject, transaction))
    func end(_ value: SealedRecord.Value) -> Instant? {
      let needs = plan.needs(
        of: collection.fields[value.number], values: values, made: stored.made, changed: stored.changed
      ).filter { !isRestricted || $0.declaration.mustKeep != nil }
      return needs.contains { $0.until == nil } ? nil : needs.compactMap(\.until).max() ?? stored.made
    }
    let staying = values.filter { value in end(value).map { now < $0 } ?? true }
    if staying.isEmpty { return .delete }
    // What the map declares no more goes with the rest.
    let there = try SealedRecord.fieldNumbers(of: stored.sealed).count
    if staying.count < there { return .trim(staying, count: there - staying.count) }
    return .wait(staying.compactMap(end).min())
  }

  func deleteSome(_ job: VaultJob) async throws -> VaultJob {
    try await withGround { ground in
      let now = surroundings.now()
      let (after, emptied) = try await database.write { transaction -> (VaultJob, [Identifier<Subject>]) in
        try ground.expectUnmoved(transaction)
        guard var job = try JobStore.stillRunning(job.id, transaction) else { return (job, []) }
        var summary = RetentionSummary()
        let due = try RecordStore.due(at: now, limit: Self.retentionBatch, transaction)
        for stored in due {
          let step = try step(for: stored, at: now, ground, transaction)
          step.count(stored.place.collection, in: &summary)
          try carryOut(step, on: stored, at: now, ground, transaction)
        }
        job.done += Int64(due.count)
        job.changed = now
        if due.isEmpty { (job.state, job.ended) = (.done, now) }
        try JobStore.put(job, transaction)
        if !due.isEmpty { try note(summary, transaction) }
        let emptied = try Set(due.map(\.place.subject)).filter { subject in
          try RecordStore.records(of: subject, transaction).isEmpty
        }
        for subject in emptied { try SubjectStore.put(.leaving, of: subject, transaction) }
        return (job, Array(emptied))
      }
      for subject in emptied { _ = try await forget(subject, reason: "retention", by: .system) }
      return after
    }
  }

  private func carryOut(
    _ step: Step, on stored: RecordStore.StoredRecord, at now: Instant, _ ground: Ground,
    _ transaction: WriteTransaction
  ) throws {
    switch step {
    case .delete: try delete(stored, transaction)
    // Looked at again tomorrow; a hold that ends is not noticed sooner.
    case .hold: try RecordStore.putDue(now.advanced(by: .seconds(86_400)), of: stored.place, transaction)
    case .wait(let due): try RecordStore.putDue(due, of: stored.place, transaction)
    case .trim(let values, _):
      guard let collection = ground.map[collection: stored.place.collection] else { return }
      let (key, keyVersion, _) = try openKey(of: stored.place.subject, for: .restricted, ground, transaction)
      let place = RecordPlace(
        subject: stored.place.subject, collection: collection.name, record: stored.place.record,
        version: stored.place.version + 1, mapVersion: ground.mapVersion, keyVersion: keyVersion)
      let events = try SubjectStore.events(of: stored.place.subject, transaction)
      var prepared = try prepare(
        values, at: place, under: key, made: stored.made, at: stored.changed, events: events, ground, collection)
      if try SubjectStore.state(stored.place.subject, transaction) == .restricted {
        prepared = PreparedRecord(stored: prepared.stored, blind: [], unique: [], tokens: [])
      }
      _ = try replace(prepared, version: stored.place.version, at: now, transaction)
    }
  }

  private func note(_ summary: RetentionSummary, _ transaction: WriteTransaction) throws {
    func counts(_ counts: [String: Int]) -> JSON { .object(counts.mapValues { .integer(Int64($0)) }) }
    try record(
      "vault.retention-carried-out", by: .system,
      [
        "records": counts(summary.deletedRecords), "fields": counts(summary.deletedFields),
        "held": .integer(Int64(summary.held)),
      ], transaction)
  }
}
