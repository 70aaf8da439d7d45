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
    map.coverage(of: collection)[field.number].compactMap { place in
      need(map.declarations[place], values: values, made: made, changed: changed)
    }
  }

  /// - Returns: nil where the declaration does not need this collection.
  private func need(
    _ declaration: PrivacyDeclaration, values: [SealedRecord.Value], made: Instant, changed: Instant
  ) -> Need? {
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

  /// When a field goes; nil while no end is in sight.
  func end(of field: DeclaredField, values: [SealedRecord.Value], made: Instant, changed: Instant) -> Instant? {
    Self.end(needs(of: field, values: values, made: made, changed: changed), made: made)
  }

  private static func end(_ needs: some Sequence<Need>, made: Instant) -> Instant? {
    var last: Instant?
    for need in needs {
      guard let until = need.until else { return nil }
      last = max(last ?? until, until)
    }
    // Nothing needs it: it goes at once.
    return last ?? made
  }

  /// When the first of a record's fields goes.
  func due(of values: [SealedRecord.Value], made: Instant, changed: Instant) -> Instant? {
    let needs = map.declarations.map { need($0, values: values, made: made, changed: changed) }
    let coverage = map.coverage(of: collection)
    return values.compactMap { value in
      Self.end(coverage[value.number].lazy.compactMap { needs[$0] }, made: made)
    }.min()
  }
}
