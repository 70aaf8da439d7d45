public import Primitives

/// What an index tells whoever has the database without the keys.
public struct IndexReport: Hashable, Sendable {
  public let collection: String
  /// The index's fields, joined by `+`.
  public let name: String
  public let isUnique: Bool
  /// Of its HMAC, what is kept.
  public let bits: Int
  /// The planner's bounds; nil where a unique index keeps all.
  public let bounds: ClosedRange<Int>?
  public let records: Int
  /// How many records are expected to share a value; below 2 an index tells people apart.
  public let coincidences: Double

  /// Whether it is within the planner's bounds: between two and the square root of the records share a value.
  public var isWithinBounds: Bool {
    isUnique || coincidences >= 2 && coincidences <= max(2, Double(records).squareRoot())
  }

  public var text: String {
    let shared =
      coincidences < 2 ? "tells every value apart" : "about \(Int(coincidences.rounded())) records share a value"
    let kind =
      isUnique ? "unique" : "\(bits) bits, \(bounds.map { "\($0.lowerBound) to \($0.upperBound)" } ?? "none") allowed"
    return "\(collection).\(name): \(kind); \(shared) among \(records)"
  }

  public var json: JSON {
    [
      "collection": .string(collection), "index": .string(name), "unique": .bool(isUnique),
      "bits": .integer(Int64(bits)), "records": .integer(Int64(records)),
      "coincidences": .string(String(Int(coincidences.rounded(.down)))), "withinBounds": .bool(isWithinBounds),
    ]
  }
}

extension DataMap {
  /// What each index tells.
  /// - Parameter records: how many there are in a collection; nil for as many as the map expects.
  /// - Throws: ``VaultError/unusableMap(file:line:reason:)``.
  public func indexReports(records: [String: Int]? = nil) throws(VaultError) -> [IndexReport] {
    try expectPlannable()
    return collections.flatMap { collection in
      collection.indexes.map { index in
        let count = records.map { $0[collection.name] ?? 0 } ?? collection.expectedRecords
        let bits = plannedBits(of: index, in: collection)
        let field = index.fields.first ?? 0
        let existing = bitsBefore(index, on: field, in: collection)
        return IndexReport(
          collection: collection.name, name: index.name, isUnique: index.isUnique, bits: bits,
          bounds: index.isUnique
            ? nil : IndexPlan.bounds(records: collection.expectedRecords, existing: existing), records: count,
          coincidences: IndexPlan.coincidences(
            records: count, bits: existing + [min(bits, domainBits(of: index, in: collection))]))
      }
    }
  }

  /// The example that the product ships.
  public static let example = String(decoding: PackageResources.data_map_yaml, as: UTF8.self)
}
