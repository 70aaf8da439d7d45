import Journal
import Primitives
import Vault

/// Made-up customers, so that the demonstration's vault has something in it.
enum DemoCustomers {
  private static let firstNames = ["Ada", "Grace", "Alan", "Edsger", "Barbara", "Katherine", "Donald", "Radia", "Tony"]
  private static let lastNames = ["Sample", "Example", "Muster", "Modèle", "Esempio", "Voorbeeld", "Przykład"]
  private static let cities = ["Berlin", "Lyon", "Torino", "Utrecht", "Kraków", "Graz"]

  /// Puts the example's data map in force and stores customers, where there is no map yet.
  static func store(in vault: Vault) async throws {
    guard try await vault.map() == nil else { return }
    _ = try await vault.adopt(DataMap(yaml: Array(DataMap.example.utf8), file: "the example"), by: .operator)
    let caller = VaultCaller(author: .operator, purpose: "essential.service", role: "owner")
    let receipts = try await vault.add((0..<120).map { [profile($0), order($0)] }, by: caller)
    // One has a lawsuit, and one asked to be forgotten.
    if let first = receipts.first {
      _ = try await vault.hold(first.subject, reason: "Case 2026/118 (made up)", by: .operator)
    }
    if let last = receipts.last { _ = try await vault.forget(last.subject, reason: "request", by: .operator) }
  }

  private static func profile(_ number: Int) -> NewRecord {
    NewRecord(
      collection: "profile",
      fields: [
        "email": .string("customer\(number)@example.com"), "first_name": .string(firstNames[number % firstNames.count]),
        "last_name": .string(lastNames[number % lastNames.count]),
        "phone": .string("+49 30 \(5_550_000 + number)"), "postcode": .string("\(10_115 + number % 40)"),
        "city": .string(cities[number % cities.count]),
      ])
  }

  private static func order(_ number: Int) -> NewRecord {
    NewRecord(
      collection: "orders",
      fields: [
        "order_number": .string("2026-\(1_000 + number)"),
        "ordered_on": .string("2026-\(10 + number % 2)-\(10 + number % 18)"),
        "total": .string("\(12 + number % 90).90"),
      ])
  }
}
