import Primitives

/// What one map says otherwise than another, in words that anyone may read.
public struct MapDifference: Hashable, Sendable {
  /// Such as `field profile.email` or `purpose essential.service (shop)`.
  public let added: [String]
  public let removed: [String]
  public let changed: [String]

  public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }

  /// - Parameter old: nil for none.
  init(from old: DataMap?, to new: DataMap) {
    let (before, after) = (old?.parts ?? [:], new.parts)
    added = after.keys.filter { before[$0] == nil }.sorted()
    removed = before.keys.filter { after[$0] == nil }.sorted()
    changed = after.keys.filter { name in before[name].map { $0 != after[name] } ?? false }.sorted()
  }

  /// For the journal: how many, and the first of each.
  func facts(version: Int64) -> [String: JSON] {
    func some(_ names: [String]) -> JSON { .array(names.prefix(50).map { .string($0) }) }
    return [
      "version": .integer(version), "added": some(added), "removed": some(removed), "changed": some(changed),
      "parts": .integer(Int64(added.count + removed.count + changed.count)),
    ]
  }
}

extension DataMap {
  /// What the map says, part by part; two parts are the same when their texts are.
  fileprivate var parts: [String: String] {
    var parts: [String: String] = [:]
    for collection in collections {
      parts["collection \(collection.name)"] =
        "\(collection.title)|\(collection.isSingle)|\(collection.expectedRecords)|\(collection.indexes.map(\.name))"
      for field in collection.fields {
        parts["field \(collection.name).\(field.name)"] =
          "\(field.title)|\(field.categories)|\(field.type)|\(field.length)|\(field.isRequired)|\(field.search)|"
          + "\(field.domainBits)|\(field.token?.rawValue ?? "")|\(field.isTokenDeterministic)|\(field.isMasked)"
      }
    }
    for (number, declaration) in declarations.enumerated() {
      let same = declarations[..<number].count { $0.use == declaration.use && $0.system == declaration.system }
      parts["purpose \(declaration.use) (\(declaration.system)\(same > 0 ? ", \(same + 1)" : ""))"] =
        "\(declaration.name)|\(declaration.categories)|\(declaration.subjects)|\(declaration.legalBasis?.rawValue ?? "")|"
        + "\(declaration.retention.map { "\($0)" } ?? "")|\(declaration.mustKeep ?? "")|\(declaration.roles?.sorted() ?? [])"
    }
    for dataset in otherDatasets { parts["dataset \(dataset)"] = "" }
    return parts
  }
}
