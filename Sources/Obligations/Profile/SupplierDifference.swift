import Journal
import Primitives

/// How the suppliers of one profile differ from those of another.
struct SupplierDifference: Hashable, Sendable {
  /// All that the newer profile names.
  let suppliers: [Profile.Supplier]
  let added: Int
  let removed: Int
  let changed: Int

  init(from old: [Profile.Supplier], to new: [Profile.Supplier]) {
    // One supplier may have more than one role.
    func key(_ supplier: Profile.Supplier) -> [String] { [supplier.name, supplier.role] }
    let before = Dictionary(old.map { (key($0), $0) }, uniquingKeysWith: { $1 })
    let kept = Set(new.map(key))
    suppliers = new
    added = new.count { before[key($0)] == nil }
    removed = before.keys.count { !kept.contains($0) }
    changed = new.count { supplier in before[key(supplier)].map { $0 != supplier } ?? false }
  }

  var isEmpty: Bool { added + removed + changed == 0 }

  /// The entry that keeps the register of suppliers. A supplier may be a person, so who they are is committed to, and
  /// only their number is told.
  func draft(by author: Entry.Author) -> Entry.Draft {
    let lines = suppliers.map { supplier in
      [
        supplier.name, supplier.role, supplier.contract.map { "contract of \($0)" },
        supplier.assessed.map { "assessed on \($0)" },
      ].compactMap(\.self).joined(separator: "; ")
    }
    return Entry.Draft(
      kind: Entry.Kind(literal: "suppliers.changed"), author: author,
      facts: [
        "suppliers": .integer(Int64(suppliers.count)), "added": .integer(Int64(added)),
        "removed": .integer(Int64(removed)), "changed": .integer(Int64(changed)),
      ], personal: ["register": lines.joined(separator: "\n")])
  }
}
