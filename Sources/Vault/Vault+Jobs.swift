public import Journal
public import Primitives
import Storage

extension Vault {
  /// Long work, the newest first.
  public func jobs() async throws -> [VaultJob] { try await database.read { try JobStore.jobs($0) } }

  /// Stops a job after the batch it is at, or lets it go on.
  /// - Throws: ``VaultError/unknown(kind:name:)``.
  public func set(_ id: Identifier<VaultJob>, running: Bool, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      guard var job = try JobStore.job(id, transaction), job.state != .done else {
        throw VaultError.unknown(kind: "unfinished job", name: "\(id)")
      }
      (job.state, job.changed, job.problem) = (running ? .running : .stopped, now, nil)
      try JobStore.put(job, transaction)
      let facts: [String: JSON] = ["job": .string("\(id)"), "kind": .string(job.kind.rawValue)]
      if running {
        try record("vault.job-resumed", by: author, facts, transaction)
      } else {
        try record("vault.job-stopped", by: author, facts, transaction)
      }
    }
  }

  /// Does one batch of the oldest job that runs.
  /// - Returns: the job as it is then; nil where there is nothing to do.
  public func workSome() async throws -> VaultJob? {
    guard let job = try await database.read({ try JobStore.running($0) }) else { return nil }
    let after: VaultJob
    switch job.kind {
    case .rotation: after = try await rotateSome(job)
    case .indexes: after = try await indexSome(job)
    case .retention: after = try await deleteSome(job)
    }
    if after.state == .done, job.kind != .indexes { try await scrub() }
    return after
  }

  /// Works until no job runs any more, unless another process does it.
  /// - Parameter report: told of each batch.
  /// - Returns: false where another process holds the work.
  @discardableResult
  public func workUntilDone(report: @Sendable (VaultJob) -> Void = { _ in }) async throws -> Bool {
    guard let lease = try await database.lease("vault-work") else { return false }
    do {
      while let job = try await workSome() {
        report(job)
        try Task.checkCancellation()
      }
      await lease.release()
      return true
    } catch {
      await lease.release()
      throw error
    }
  }

  // MARK: Indexes

  static let indexBatch = 500

  func indexSome(_ job: VaultJob) async throws -> VaultJob {
    try await withGround { ground in
      let now = surroundings.now()
      return try await database.write { transaction in
        try ground.expectUnmoved(transaction)
        guard var job = try JobStore.stillRunning(job.id, transaction) else { return job }
        job.changed = now
        // A newer map has a job of its own.
        if ground.mapVersion == job.target, try dropSomeRetired(ground, transaction) == nil {
          let cursor = RecordCursor(bytes: job.cursor)
          let records = try RecordStore.records(
            after: (cursor.subject, cursor.collection, cursor.record), limit: Self.indexBatch, transaction)
          try index(records, ground, transaction)
          job.done += Int64(records.count)
          if let last = records.last {
            job.cursor = RecordCursor(last.place).bytes
          } else {
            for index in ground.indexes.values.joined() where !index.stored.isBuilt {
              try IndexStore.putBuilt(index.stored.number, at: now, transaction)
            }
            (job.state, job.ended) = (.done, now)
          }
        } else if ground.mapVersion != job.target {
          (job.state, job.ended) = (.done, now)
        }
        try JobStore.put(job, transaction)
        return job
      }
    }
  }

  /// Takes away some of an index that the map has no more.
  /// - Returns: nil where there is none.
  private func dropSomeRetired(_ ground: Ground, _ transaction: WriteTransaction) throws -> Int? {
    let used = Set(ground.indexes.values.joined().map(\.stored.number))
    guard let retired = try IndexStore.indexes(transaction).first(where: { !used.contains($0.number) }) else {
      return nil
    }
    let count = try IndexStore.deleteSome(of: retired.number, limit: 10_000, transaction)
    if count == 0 { try IndexStore.deleteIndex(retired.number, transaction) }
    return count
  }

  private func index(
    _ records: [RecordStore.StoredRecord], _ ground: Ground, _ transaction: WriteTransaction
  ) throws {
    var entries: [IndexStore.Entry] = []
    for stored in records {
      guard let collection = ground.map[collection: stored.place.collection],
        let indexes = ground.indexes[collection.name], indexes.contains(where: { !$0.stored.isBuilt }),
        try SubjectStore.state(stored.place.subject, transaction) == .inUse
      else { continue }
      let (key, _, _) = try openKey(of: stored.place.subject, for: .inUse, ground, transaction)
      let values = try presentValues(stored, under: key, ground, transaction)
      for index in indexes where !index.stored.isBuilt {
        guard let value = Self.blindValue(of: values, in: index, collection) else { continue }
        entries.append(
          IndexStore.Entry(
            number: index.stored.number, value: value, subject: stored.place.subject, record: stored.place.record))
      }
    }
    try IndexStore.insert(entries, transaction)
  }
}

/// Behind which record a job goes on.
struct RecordCursor {
  let subject: [UInt8]
  let collection: String
  let record: [UInt8]

  init(_ place: RecordPlace) {
    (subject, collection, record) = (place.subject.bytes, place.collection, place.record.bytes)
  }

  /// Reads what ``bytes`` gives; the beginning for anything else.
  init(bytes: [UInt8]) {
    guard bytes.count > 32 else {
      (subject, collection, record) = ([], "", [])
      return
    }
    subject = Array(bytes.prefix(16))
    record = Array(bytes[16..<32])
    collection = String(decoding: bytes[32...], as: UTF8.self)
  }

  var bytes: [UInt8] { subject + record + Array(collection.utf8) }
}
