import Journal
import Primitives
import Storage

/// Whether the register holds the catalogue and a standing of every duty, and its changes are in the ledger.
struct RegisterKept: Check {
  let code: Code<CheckName> = "register.kept"
  let title = "The register is complete and its history is in the ledger"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// An entry is published within a second; one that is not after so long never will be.
  static let publication: Duration = .seconds(60)
  /// So many of the newest changes are looked for.
  static let mostChanges: Int64 = 200

  let database: Database
  let journal: Journal
  let catalogue: Catalogue

  struct Sighting: Codable, Sendable {
    let catalogue: String
    /// How many things of the catalogue are on record.
    let itemsOnRecord: Int
    /// What the catalogue at work says otherwise than the one on record.
    let itemsThatDiffer: [String]
    let dutiesWithoutStanding: [String]
    let changesLookedFor: Int
    /// The changes whose entry is not in the ledger.
    let changesWithoutEntry: [String]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let published = context.surroundings.now().advanced(by: .zero - Self.publication)
    let (items, standings, changes) = try await database.read { transaction in
      (
        try StandingStore.catalogue(transaction), try StandingStore.standings(transaction),
        try StandingStore.changes(since: Instant(microseconds: .min), limit: Self.mostChanges, transaction)
          .filter { $0.at < published }
      )
    }
    context.report("looking for \(changes.count) changes in the ledger")
    var missing: [String] = []
    for change in changes where try await journal.leaf(of: change.entry) == nil {
      missing.append("\(change.subject) at \(change.at.rfc3339)")
    }
    let fingerprints = catalogue.fingerprints
    return Sighting(
      catalogue: catalogue.version, itemsOnRecord: items.count,
      itemsThatDiffer: Set(items.keys).union(fingerprints.keys).filter { items[$0] != fingerprints[$0] }.sorted(),
      dutiesWithoutStanding: catalogue.duties.map(\.code.text).filter { standings["duty:\($0)"] == nil },
      changesLookedFor: changes.count, changesWithoutEntry: missing)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    func find(_ names: [String], _ seen: String, at place: String) {
      guard !names.isEmpty else { return }
      let some = names.prefix(5).joined(separator: ", ") + (names.count > 5 ? " and \(names.count - 5) more" : "")
      findings.append(Finding("register-incomplete", .high, seen: "\(seen): \(some)", at: place))
    }
    if sighting.itemsOnRecord == 0 {
      findings.append(Finding("register-incomplete", .high, seen: "no catalogue is on record", at: "the catalogue"))
    } else {
      find(sighting.itemsThatDiffer, "the catalogue on record is another than the one at work", at: "the catalogue")
    }
    find(sighting.dutiesWithoutStanding, "duties without a standing on record", at: "the standings")
    find(sighting.changesWithoutEntry, "changes that the ledger does not hold", at: "the history")
    let summary =
      findings.isEmpty
      ? "catalogue \(sighting.catalogue) is loaded, every duty has a standing, the last \(sighting.changesLookedFor) "
        + "changes are in the ledger"
      : "the register is not complete"
    return Verdict(summary: summary, findings: findings)
  }
}
