import Primitives

/// When each field of a record is not needed any more: at the end of the longest of the purposes that cover it.
struct RetentionPlan {
  /// Until when a field is needed, and by which declaration.
  struct Need: Hashable {
    /// Nil while no end is in sight: a purpose says for how long nowhere, or what it counts from has not happened.
    let until: Instant?
    let declaration: PrivacyDeclaration
  }

  private let map: DataMap
  private let collection: RecordCollection
  private let events: [String: Instant]

  init(_ map: DataMap, _ collection: RecordCollection, events: [String: Instant]) {
    (self.map, self.collection, self.events) = (map, collection, events)
  }

  /// Every declaration that needs a field of this record, with its end.
  func needs(
    of field: DeclaredField, values: [SealedRecord.Value], made: Instant, changed: Instant
  ) -> [Need] {
    map.declarations(covering: field).compactMap { declaration in
      guard let rule = declaration.retention else { return Need(until: nil, declaration: declaration) }
      let start: Instant?
      switch rule.start {
      case .collected: start = made
      case .changed: start = changed
      case .event(let name): start = events[name]
      case .field(let name):
        // Where a collection has no such day, what counts from it does not need that collection.
        guard let number = collection[name]?.number else { return nil }
        start = values.first { $0.number == number }.flatMap { CalendarDate($0.text)?.start }
      }
      return Need(until: start.map { rule.period.end(from: $0) }, declaration: declaration)
    }
  }

  /// When a field goes; nil while no end is in sight.
  func end(of field: DeclaredField, values: [SealedRecord.Value], made: Instant, changed: Instant) -> Instant? {
    let needs = needs(of: field, values: values, made: made, changed: changed)
    guard !needs.contains(where: { $0.until == nil }) else { return nil }
    // Nothing needs it: it goes at once.
    return needs.compactMap(\.until).max() ?? made
  }

  /// When the first of a record's fields goes.
  func due(of values: [SealedRecord.Value], made: Instant, changed: Instant) -> Instant? {
    values.compactMap { value in
      end(of: collection.fields[value.number], values: values, made: made, changed: changed)
    }.min()
  }
}
