public import Journal
import Primitives
import Storage

extension Vault {
  /// How old a platform key gets before its rotation is due (NIST SP 800-57 part 1, table 1, gives key-wrapping keys two
  /// years at most).
  public static let keyPeriod: Duration = .seconds(365 * 86_400)

  /// Begins the rotation: a new platform key under which everything new is wrapped at once; what there is, is rewrapped in
  /// the background.
  /// - Throws: ``VaultError/refused(reason:)`` while a rotation runs.
  public func beginRotation(by author: Entry.Author) async throws -> VaultJob {
    let (now, id) = (surroundings.now(), Identifier<VaultJob>(in: surroundings))
    let job = try await database.write { transaction in
      guard try !JobStore.jobs(transaction).contains(where: { $0.kind == .rotation && $0.state != .done }) else {
        throw VaultError.refused(reason: "a rotation is under way; let it end, or resume it")
      }
      let version = try keys.makePlatformKey(version: try keys.newestVersion(transaction) + 1, transaction)
      let total = try KeyStore.subjectKeyCounts(transaction).values.reduce(0, +)
      let job = VaultJob(id: id, kind: .rotation, author: author.name, target: version, total: total, begun: now)
      try JobStore.insert(job, transaction)
      try record("vault.rotation-begun", by: author, ["version": .integer(version)], transaction)
      return job
    }
    forgetGround()
    return job
  }

  /// How many keys are rewrapped in one transaction.
  static let rotationBatch = 2_000

  func rotateSome(_ job: VaultJob) async throws -> VaultJob {
    let now = surroundings.now()
    return try await database.write { transaction in
      guard var job = try JobStore.stillRunning(job.id, transaction) else { return job }
      let stored = try KeyStore.subjectKeys(
        notUnder: job.target, after: job.cursor, limit: Self.rotationBatch, transaction)
      try KeyStore.put(try keys.rewrap(stored, under: job.target, transaction), transaction)
      job.done += Int64(stored.count)
      job.cursor = stored.last?.subject.bytes ?? job.cursor
      job.changed = now
      if stored.isEmpty { try endRotation(&job, at: now, transaction) }
      try JobStore.put(job, transaction)
      return job
    }
  }

  /// Destroys the keys that nothing is under any more.
  private func endRotation(_ job: inout VaultJob, at now: Instant, _ transaction: WriteTransaction) throws {
    try keys.rewrapIndexKeys(under: job.target, transaction)
    let used = Set(try KeyStore.subjectKeyCounts(transaction).keys)
    var retired: [JSON] = []
    for key in try KeyStore.platformKeys(transaction)
    where key.version < job.target && key.wrapped != nil && !used.contains(key.version) {
      try KeyStore.retire(key.version, at: now, transaction)
      retired.append(.integer(key.version))
    }
    (job.state, job.ended) = (.done, now)
    try record(
      "vault.rotation-ended", by: .system,
      ["version": .integer(job.target), "keys": .integer(job.done), "destroyed": .array(retired)], transaction)
  }
}
