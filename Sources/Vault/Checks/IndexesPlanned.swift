import Obligations
import Primitives
import Storage

/// Whether each blind index hides as much as it should among the records that there really are.
struct IndexesPlanned: Check {
  let code: Code<CheckName> = "vault.indexes"
  let title = "Search indexes tell no more than planned"
  let interval: Duration = .seconds(24 * 3_600)
  let validity: Duration = .seconds(3 * 86_400)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    struct Index: Codable, Sendable {
      let name: String
      let bits: Int
      let isUnique: Bool
      let records: Int
      let coincidences: Double
      let isWithinBounds: Bool
      let isBuilt: Bool
    }

    let indexes: [Index]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let indexes = try await vault.indexReports()
    guard indexes.contains(where: { $0.report.records > 0 }) else { throw NothingHeld() }
    return Sighting(
      indexes: indexes.map { report, isBuilt in
        Sighting.Index(
          name: "\(report.collection).\(report.name)", bits: report.bits, isUnique: report.isUnique,
          records: report.records, coincidences: report.coincidences, isWithinBounds: report.isWithinBounds,
          isBuilt: isBuilt)
      })
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    for index in sighting.indexes {
      if !index.isBuilt {
        findings.append(Finding("vault-index-unbuilt", .note, seen: "It is being built.", at: index.name))
      }
      // Few records hide nothing, whatever an index keeps; that ends by itself as the shop grows.
      let isSmall = index.records < IndexPlan.fewest
      if !index.isWithinBounds, index.records > 0, !isSmall {
        let isTelling = index.coincidences < 2
        findings.append(
          Finding(
            "vault-index-out-of-bounds", isTelling ? .medium : .low,
            seen: isTelling
              ? "Among \(index.records) records its \(index.bits) bits tell values apart."
              : "Among \(index.records) records about \(Int(index.coincidences)) share a value, so searches open many.",
            at: index.name))
      }
    }
    return Verdict(
      summary:
        "\(sighting.indexes.count) indexes; \(findings.count { $0.severity > .note }) outside the planner's bounds",
      findings: findings)
  }

  func facts(_ sighting: Sighting) -> [SeenFact] {
    sighting.indexes.map { index in
      SeenFact(
        index.name,
        index.isUnique
          ? "unique: tells every value apart, by intention"
          : "\(index.bits) bits; about \(Int(index.coincidences.rounded())) of \(index.records) records share a value")
    }
  }
}

extension Vault {
  /// What each index of the map in force tells, among the records that there are.
  /// - Throws: ``VaultError/noMap``.
  public func indexReports() async throws -> [(report: IndexReport, isBuilt: Bool)] {
    let ground = try await ground()
    let (counts, stored) = try await database.read { transaction in
      (
        try Dictionary(
          ground.map.collections.map { ($0.name, Int(try RecordStore.count(in: $0.name, transaction))) },
          uniquingKeysWith: { first, _ in first }),
        try IndexStore.indexes(transaction)
      )
    }
    return try ground.map.indexReports(records: counts).map { report in
      let isBuilt = stored.contains {
        $0.collection == report.collection && $0.name == report.name && $0.bits == report.bits && $0.isBuilt
      }
      return (report, isBuilt)
    }
  }
}
