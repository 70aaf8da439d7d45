import Journal
import Primitives
import Storage

/// What a new catalogue changes against the one that was loaded last.
public struct CatalogueDifference: Hashable, Sendable {
  /// Such as `duty:D01`, `control:…`, `framework:gdpr`, `requirement:…`.
  public let added: [String]
  public let removed: [String]
  public let changed: [String]

  public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
}

extension ObligationRegister {
  /// Compares the catalogue with the one that was loaded last; what differs is journalled (duty D31).
  /// - Returns: nil for the first catalogue of an installation.
  @discardableResult
  public func adoptCatalogue() async throws -> CatalogueDifference? {
    let items = catalogue.fingerprints
    return try await change { transaction in
      let known = try StandingStore.catalogue(transaction)
      guard known != items else { return CatalogueDifference(added: [], removed: [], changed: []) }
      try StandingStore.replaceCatalogue(with: items, transaction)
      let difference = CatalogueDifference(
        added: items.keys.filter { known[$0] == nil }.sorted(),
        removed: known.keys.filter { items[$0] == nil }.sorted(),
        changed: items.filter { known[$0.key] != nil && known[$0.key] != $0.value }.map(\.key).sorted())
      try journal.append(
        Self.drafts(of: difference, isFirst: known.isEmpty, version: catalogue.version), in: transaction)
      try reviewStandings(at: surroundings.now(), transaction)
      return known.isEmpty ? nil : difference
    }
  }

  /// One entry for the load, and one for each hundred things that differ: an entry is a statement, not a document.
  private static func drafts(of difference: CatalogueDifference, isFirst: Bool, version: String) -> [Entry.Draft] {
    let counts: [String: JSON] = [
      "version": .string(version), "added": .integer(Int64(difference.added.count)),
      "removed": .integer(Int64(difference.removed.count)), "changed": .integer(Int64(difference.changed.count)),
    ]
    var drafts = [Entry.Draft(kind: Entry.Kind(literal: "catalogue.loaded"), author: .system, facts: counts)]
    guard !isFirst else { return drafts }
    for (how, items) in [
      ("added", difference.added), ("removed", difference.removed), ("changed", difference.changed),
    ] {
      for start in stride(from: 0, to: items.count, by: 100) {
        let part = items[start..<min(start + 100, items.count)].map { JSON.string($0) }
        drafts.append(
          Entry.Draft(
            kind: Entry.Kind(literal: "catalogue.changed"), author: .system,
            facts: ["version": .string(version), "how": .string(how), "items": .array(part)]))
      }
    }
    return drafts
  }
}

extension Catalogue {
  /// A digest of everything in it, by name, so that any change of a word is noticed.
  var fingerprints: [String: String] {
    var items: [String: String] = [:]
    for duty in duties {
      items["duty:\(duty.code)"] = duty.digest
      for control in duty.controls { items["control:\(control.code)"] = control.digest }
    }
    for framework in frameworks {
      items["framework:\(framework.code)"] = framework.digest
      for requirement in framework.requirements { items["requirement:\(requirement.code)"] = requirement.digest }
    }
    return items
  }
}
