import Primitives

extension EvidenceBook {
  /// What the profile tells towards a control; nil where it has nothing to do with it. It is the shop's own word and
  /// nobody has looked, so it proves nothing: it says what there is for somebody to attest.
  func told(for control: Control) -> String? {
    guard let part = control.profile, let profile else { return nil }
    let suppliers = profile.suppliers
    guard !suppliers.isEmpty else {
      let needsProvider = profile.cardPlaces.contains { $0.cards?.flow.needsProvider == true }
      return needsProvider
        ? "The profile names no supplier, though a provider takes the cards." : "The profile names no supplier."
    }
    switch part {
    case .suppliers: return "The profile names \(Self.list(suppliers.map { "\($0.name) (\($0.role))" }))."
    case .supplierContracts:
      let lacking = suppliers.filter { $0.contract == nil }.map(\.name)
      return lacking.isEmpty
        ? "The profile dates a contract with each supplier that it names."
        : "The profile dates no contract with \(Self.list(lacking))."
    case .supplierAssessments:
      let lacking = suppliers.filter { !isAssessed($0) }.map(\.name)
      return lacking.isEmpty
        ? "The profile dates an assessment of each supplier that it names in the last twelve months."
        : "The profile dates no assessment in the last twelve months of \(Self.list(lacking))."
    }
  }

  private func isAssessed(_ supplier: Profile.Supplier) -> Bool {
    guard let assessed = supplier.assessed?.start else { return false }
    return assessed <= now && now < Period.months(12).after(assessed)
  }

  /// So many names stand in a sentence.
  private static let mostNames = 5

  private static func list(_ names: [String]) -> String {
    let some = names.prefix(mostNames).joined(separator: ", ")
    return names.count > mostNames ? "\(some) and \(names.count - mostNames) more" : some
  }
}
