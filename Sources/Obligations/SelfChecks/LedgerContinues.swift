import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

/// Whether the ledger adds up and continues what was seen of it before: the root is computed again from what is stored,
/// the signature verified, the tree compared with the machine's mark and with the checkpoint that this check saw last.
struct LedgerContinues: Check {
  let code: Code<CheckName> = "journal.ledger"
  let title = "The ledger verifies and continues what was seen of it"
  let interval: Duration = .seconds(3_600)
  let validity: Duration = .seconds(6 * 3_600)
  let timeLimit: Duration = .seconds(120)

  let database: Database
  let policy: @Sendable () throws -> LogPolicy
  let markPath: String

  struct Sighting: Codable, Sendable {
    struct Head: Codable, Sendable {
      let size: UInt64
      /// In Base64, as in a checkpoint.
      let root: String
    }
    /// The published checkpoint; nil where it could not even be read.
    let published: Head?
    /// What this check saw last, if it ever saw anything.
    let before: Head?
    /// What does not add up.
    let fault: String?
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let before = try await lastSeen()
    do {
      context.report("computing the root from what is stored")
      // The mark is read first: the ledger may grow in between, and must not seem to have gone back.
      let mark = try HighWaterMark(path: markPath)
      let journal = try await Journal.open(in: database, trusting: policy(), mark: mark)
      let checkpoint = try Checkpoint(text: await journal.publishedCheckpoint().text)
      context.report("comparing it with what was seen before")
      if let before { try await demandContinuation(of: before, by: checkpoint, journal) }
      let head = Sighting.Head(size: checkpoint.size, root: checkpoint.root.base64)
      return Sighting(published: head, before: before, fault: nil)
    } catch let error where Self.isFault(error) {
      return Sighting(published: nil, before: before, fault: "\(error)")
    }
  }

  private func lastSeen() async throws -> Sighting.Head? {
    try await database.read { transaction in
      let last = try ObligationsStore.observations(
        code, at: SelfChecks.target, before: Instant(microseconds: .max), limit: 10, transaction)
      return last.lazy.compactMap { stored in
        let sighting = try? JSONDecoder().decode(Sighting.self, from: Data(stored.observation.seen))
        return sighting?.published ?? sighting?.before
      }.first
    }
  }

  private func demandContinuation(
    of before: Sighting.Head, by checkpoint: Checkpoint, _ journal: Journal
  ) async throws {
    guard before.size <= checkpoint.size else {
      throw JournalError.rolledBack(stored: checkpoint.size, published: before.size)
    }
    guard let root = Base64.decode(before.root).flatMap({ MerkleHash(bytes: $0) }) else {
      throw ObligationsError.damaged(reason: "the root that was seen last")
    }
    let proof = try await journal.consistency(from: before.size, to: checkpoint.size)
    try proof.verify(oldRoot: root, newRoot: checkpoint.root)
  }

  /// Whether an error says that the ledger is wrong, and not that it could not be looked at.
  private static func isFault(_ error: any Error) -> Bool {
    switch error {
    case is TransparencyLogError, JournalError.damaged, JournalError.forked, JournalError.rolledBack,
      StorageError.corrupt:
      true
    default: false
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    if let fault = sighting.fault {
      return Verdict(
        summary: "the ledger does not verify",
        findings: [Finding("ledger-broken", .critical, seen: String(fault.prefix(1_000)), at: "the ledger")])
    }
    guard let published = sighting.published else { return .couldNotCheck("no checkpoint was seen") }
    let since = sighting.before.map { " and continues the \($0.size) seen before" } ?? ""
    return Verdict(summary: "the ledger of \(published.size) entries verifies\(since)", findings: [])
  }
}
