public import Primitives
import Storage

/// A field that has to be kept although nobody wants it any more, and why.
public struct KeptField: Hashable, Sendable {
  public let collection: String
  public let field: String
  /// As the data map says it.
  public let reason: String
  /// Nil while no end is in sight.
  public let until: Instant?

  var text: String {
    "\(collection).\(field) has to be kept\(until.map { " until \($0.rfc3339.prefix(10))" } ?? ""): \(reason)"
  }
}

extension Vault {
  /// The fields of a record that have to be kept at a moment.
  func keptFields(
    of stored: RecordStore.StoredRecord, under key: SecretBytes, events: [String: Instant], at now: Instant,
    _ ground: Ground, _ collection: RecordCollection, _ transaction: ReadTransaction
  ) throws -> [KeptField] {
    let values = try presentValues(stored, under: key, ground, transaction)
    let plan = RetentionPlan(ground.map, collection, events: events)
    return values.compactMap { value in
      let field = collection.fields[value.number]
      let needs = plan.needs(of: field, values: values, made: stored.made, changed: stored.changed).filter { need in
        need.declaration.mustKeep != nil && need.until.map { now < $0 } ?? true
      }
      guard let longest = needs.max(by: { ($0.until ?? .distantFuture) < ($1.until ?? .distantFuture) }) else {
        return nil
      }
      return KeptField(
        collection: collection.name, field: field.name, reason: longest.declaration.mustKeep ?? "",
        until: longest.until)
    }
  }
}

extension Instant {
  /// Later than anything that is planned.
  static let distantFuture = Instant(microseconds: .max)
}
