import Obligations

/// The register of suppliers, as the profile tells it.
struct SuppliersText: Sendable {
  struct Row: Sendable {
    let name: String
    let role: String
    /// When the contract was signed; nil where the profile does not say.
    let contract: String?
    /// When the supplier was assessed last; nil where the profile does not say.
    let assessed: String?
  }

  let suppliers: [Row]

  init(in situation: Situation) {
    suppliers = (situation.profile?.suppliers ?? []).map { supplier in
      Row(
        name: supplier.name, role: supplier.role, contract: supplier.contract.map { TimeText.day($0) },
        assessed: supplier.assessed.map { TimeText.day($0) })
    }
  }
}
