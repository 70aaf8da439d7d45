/// The members of a YAML mapping, taken one by one; ``finish()`` refuses those that nobody asked for.
package struct YAMLMapping {
  package struct Member: Sendable {
    package let name: String
    /// Where the name stands; its value may begin on a later line.
    let line: Int
    package let value: YAMLValue
  }

  package let members: [Member]
  private let place: YAMLValue
  private var taken: Set<String> = []

  init(members: [Member], place: YAMLValue) {
    self.members = members
    self.place = place
  }

  /// The error that says what is wrong with the mapping.
  package func malformed(_ reason: String) -> ObligationsError { place.malformed(reason) }

  /// A member that has to be there.
  package mutating func required(_ name: String) throws(ObligationsError) -> YAMLValue {
    guard let value = optional(name) else { throw place.malformed("'\(name)' is missing") }
    return value
  }

  /// A member that need not be there.
  package mutating func optional(_ name: String) -> YAMLValue? {
    taken.insert(name)
    return members.first { $0.name == name }?.value
  }

  /// The elements of a list that need not be there.
  package mutating func list<Element>(
    _ name: String, _ element: (YAMLValue) throws(ObligationsError) -> Element
  ) throws(ObligationsError) -> [Element] {
    guard let value = optional(name) else { return [] }
    var elements: [Element] = []
    for item in try value.list() { elements.append(try element(item)) }
    return elements
  }

  /// - Throws: ``ObligationsError/malformed(file:line:reason:)`` for the first member that was not asked for.
  package func finish() throws(ObligationsError) {
    guard let stray = members.first(where: { !taken.contains($0.name) }) else { return }
    let known = taken.sorted().joined(separator: ", ")
    throw .malformed(
      file: place.file, line: stray.line, reason: "'\(stray.name)' is not known here; known are \(known)")
  }
}

/// The names given so far, of which each may be given once.
package struct GivenNames {
  private var names: Set<String> = []

  package init() {}

  /// - Throws: ``ObligationsError/malformed(file:line:reason:)`` at the place where a name is given again.
  package mutating func take(_ name: String, _ kind: String, at place: YAMLValue) throws(ObligationsError) {
    guard names.insert("\(kind):\(name)").inserted else { throw place.malformed("the \(kind) \(name) is there twice") }
  }
}
