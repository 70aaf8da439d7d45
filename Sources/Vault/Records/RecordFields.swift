public import Primitives

/// Values by the names of their fields, in the order of the names, as far as a purpose is given them. They are kept as the
/// texts that were opened, and made into JSON when they are asked for.
public struct RecordFields: Sendable {
  public struct Member: Hashable, Sendable {
    public let name: String
    public let value: JSON
  }

  private let plan: ReadingPlan
  private let opened: SealedRecord.Opened
  private let seesMasked: Bool
  /// Places in what was opened, in the order of the names.
  private let order: [Int]

  /// - Parameter opened: fields that the plan gives, and no others.
  init(_ opened: SealedRecord.Opened, by plan: ReadingPlan, seesMasked: Bool) {
    (self.opened, self.plan, self.seesMasked) = (opened, plan, seesMasked)
    var places = [Int](repeating: -1, count: plan.given.count)
    for (place, field) in opened.fields.enumerated() {
      guard let rank = plan.given[field.number]?.rank else { continue }
      places[rank] = place
    }
    order = places.filter { $0 >= 0 }
  }

  /// The value of a field; nil when it is not there.
  /// - Complexity: O(n).
  public subscript(name: String) -> JSON? { first { $0.name == name }?.value }

  /// The names of those that are shown in part, in order.
  var masked: [String] {
    guard !seesMasked else { return [] }
    return order.compactMap { place in
      plan.given[opened.fields[place].number].flatMap { $0.isMasked ? $0.name : nil }
    }
  }

  /// Appends the values as the members of an object.
  package func write(to object: inout JSONWriter) {
    opened.bytes.withUnsafeBufferPointer { bytes in
      for place in order {
        let stored = opened.fields[place]
        guard let field = plan.given[stored.number] else { continue }
        object.label(field.label)
        // Most values are texts, which stand in JSON as they are.
        if field.type.isString, !field.isMasked || seesMasked {
          object.text(UnsafeBufferPointer(rebasing: bytes[stored.range]))
        } else {
          object.value(value(of: stored, field))
        }
      }
    }
  }

  private func value(of stored: SealedRecord.Opened.Field, _ field: ReadingPlan.Field) -> JSON {
    let text = opened.text(of: stored)
    return field.isMasked && !seesMasked
      ? .string(FieldValue.masked(text, of: field.type)) : FieldValue.json(text, of: field.type)
  }
}

extension RecordFields: RandomAccessCollection {
  public var startIndex: Int { order.startIndex }
  public var endIndex: Int { order.endIndex }

  public subscript(position: Int) -> Member {
    let stored = opened.fields[order[position]]
    // The plan gives every field that was opened.
    guard let field = plan.given[stored.number] else { return Member(name: "", value: .null) }
    return Member(name: field.name, value: value(of: stored, field))
  }
}

extension RecordFields: Hashable {
  public static func == (left: Self, right: Self) -> Bool { left.elementsEqual(right) }

  public func hash(into hasher: inout Hasher) {
    for member in self { hasher.combine(member) }
  }
}
