/// Writes JSON without building it first, for answers of which there are very many. Members stand in the order in which they
/// are written.
package struct JSONWriter: ~Copyable {
  private var bytes: [UInt8] = []
  /// Whether the next member or element has one before it.
  private var hasBefore = false

  package init() { bytes.reserveCapacity(1_024) }

  /// Takes the bytes out at the end.
  package consuming func finish() -> [UInt8] { bytes }

  package mutating func value(_ value: JSON) {
    separate()
    value.write(to: &bytes)
    hasBefore = true
  }

  /// A string of UTF-8.
  package mutating func text(_ text: UnsafeBufferPointer<UInt8>) {
    separate()
    JSON.write(text, to: &bytes)
    hasBefore = true
  }

  package mutating func array(_ elements: (inout JSONWriter) throws -> Void) rethrows {
    try nested("[", "]", elements)
  }

  package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
    try nested("{", "}", members)
  }

  /// The name of a member, whose value is written next.
  package mutating func name(_ name: String) {
    separate()
    JSON.write(name, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    hasBefore = false
  }

  /// The name of a member as ``label(_:)-swift.type.method`` made it.
  package mutating func label(_ label: [UInt8]) {
    separate()
    bytes.append(contentsOf: label)
    hasBefore = false
  }

  /// A name as it stands in JSON, with the colon: for names that are written very often.
  package static func label(_ name: String) -> [UInt8] {
    var label: [UInt8] = []
    JSON.write(name, to: &label)
    label.append(UInt8(ascii: ":"))
    return label
  }

  package mutating func member(_ name: String, _ value: JSON) {
    self.name(name)
    self.value(value)
  }

  private mutating func separate() {
    if hasBefore { bytes.append(UInt8(ascii: ",")) }
  }

  private mutating func nested(
    _ opening: Unicode.Scalar, _ closing: Unicode.Scalar, _ content: (inout JSONWriter) throws -> Void
  ) rethrows {
    separate()
    bytes.append(UInt8(ascii: opening))
    hasBefore = false
    try content(&self)
    bytes.append(UInt8(ascii: closing))
    hasBefore = true
  }
}
