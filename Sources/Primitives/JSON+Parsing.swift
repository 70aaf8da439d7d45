extension JSON {
  /// Arrays and objects may be nested so deep, and no deeper.
  public static let deepestNesting = 64

  /// Reads JSON text (RFC 8259) of any layout; nil when it is not JSON, holds a number with a fraction or an exponent,
  /// repeats a name within an object, or is nested too deep.
  /// - Complexity: O(length).
  public init?(parsing bytes: some Collection<UInt8>) {
    func read(_ bytes: UnsafeBufferPointer<UInt8>) -> JSON? {
      var reader = JSONReader(bytes: bytes)
      guard let value = reader.value(depth: 0), reader.isAtEnd else { return nil }
      return value
    }
    let value = bytes.withContiguousStorageIfAvailable(read) ?? Array(bytes).withUnsafeBufferPointer(read)
    guard let value else { return nil }
    self = value
  }

  /// Reads an object of which one member is an array of very many elements. These are given one by one and held by nobody,
  /// which keeps a large body from becoming many times its size.
  /// - Returns: the object, with that array empty; nil for what ``init(parsing:)`` does not read, or is no object. What was
  ///   given by then is worth nothing.
  /// - Complexity: O(length).
  public static func object(
    parsing bytes: some Collection<UInt8>, elementsOf name: String, _ each: (JSON) throws -> Void
  ) rethrows -> JSON? {
    func read(_ bytes: UnsafeBufferPointer<UInt8>) throws -> JSON? {
      var reader = JSONReader(bytes: bytes)
      guard let value = try reader.object(elementsOf: name, each), reader.isAtEnd else { return nil }
      return value
    }
    return try bytes.withContiguousStorageIfAvailable(read) ?? Array(bytes).withUnsafeBufferPointer(read)
  }

  /// Reads JSON text that must be canonical (see ``canonicalBytes``); nil for anything else, so that one value
  /// has one text and a repeated name or a stray space is noticed.
  public init?(canonical bytes: [UInt8]) {
    guard let value = JSON(parsing: bytes), value.canonicalBytes == bytes else { return nil }
    self = value
  }
}

/// Reads JSON from front to back. Our own, because Foundation's decoder into a type that may be anything costs time in
/// proportion to depth times length, which a stranger's bytes may not.
private struct JSONReader {
  let bytes: UnsafeBufferPointer<UInt8>
  var position = 0
  /// The members of the objects that are being read, the innermost at the end: an object is made when all its members are
  /// known, with room for just so many.
  private var members: [(name: String, value: JSON)] = []

  init(bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// Whether nothing but white space is left.
  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  mutating func value(depth: Int) -> JSON? {
    skipSpace()
    guard position < bytes.count, depth <= JSON.deepestNesting else { return nil }
    switch bytes[position] {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map(JSON.string)
    case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    default: return integer().map(JSON.integer)
    }
  }

  private mutating func object(depth: Int) -> JSON? {
    object { reader, _ in reader.value(depth: depth + 1) }
  }

  /// An object at the top, of which one array is read one by one.
  mutating func object(elementsOf wanted: String, _ each: (JSON) throws -> Void) rethrows -> JSON? {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "{") else { return nil }
    return try object { reader, name in
      reader.skipSpace()
      guard name == wanted, reader.position < reader.bytes.count, reader.bytes[reader.position] == UInt8(ascii: "[")
      else { return reader.value(depth: 1) }
      return try reader.elements(depth: 1, each) ? .array([]) : nil
    }
  }

  private mutating func object(_ value: (inout JSONReader, String) throws -> JSON?) rethrows -> JSON? {
    position += 1
    if takeAfterSpace("}") { return .object([:]) }
    let first = members.count
    while true {
      skipSpace()
      guard let name = string(), takeAfterSpace(":"), let value = try value(&self, name) else { return nil }
      members.append((name, value))
      if takeAfterSpace("}") { return object(from: first) }
      guard takeAfterSpace(",") else { return nil }
    }
  }

  /// The object of the members from a place on; nil when a name is repeated.
  private mutating func object(from first: Int) -> JSON? {
    var object: [String: JSON] = Dictionary(minimumCapacity: members.count - first)
    for (name, value) in members[first...] {
      guard object.updateValue(value, forKey: name) == nil else { return nil }
    }
    members.removeSubrange(first...)
    return .object(object)
  }

  private mutating func array(depth: Int) -> JSON? {
    var elements: [JSON] = []
    return self.elements(depth: depth) { elements.append($0) } ? .array(elements) : nil
  }

  /// - Returns: whether it is an array to its end.
  private mutating func elements(depth: Int, _ each: (JSON) throws -> Void) rethrows -> Bool {
    position += 1
    if takeAfterSpace("]") { return true }
    while true {
      guard let value = value(depth: depth + 1) else { return false }
      try each(value)
      if takeAfterSpace("]") { return true }
      guard takeAfterSpace(",") else { return false }
    }
  }

  private mutating func integer() -> Int64? {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position += 1 }
    while position < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) { position += 1 }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    // Writing it again refuses leading zeros and a minus before zero.
    guard let value = Int64(text), String(value) == text else { return nil }
    if position < bytes.count, ".eE".utf8.contains(bytes[position]) { return nil }
    return value
  }

  private mutating func string() -> String? {
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return nil }
    position += 1
    let start = position
    var isASCII = true
    // Most strings have no escape, and are taken as they stand.
    while position < bytes.count {
      let byte = bytes[position]
      if byte == UInt8(ascii: "\"") {
        defer { position += 1 }
        return Self.text(UnsafeBufferPointer(rebasing: bytes[start..<position]), isASCII: isASCII)
      }
      if byte == UInt8(ascii: "\\") { return escapedString(from: start) }
      guard byte >= 0x20 else { return nil }
      isASCII = isASCII && byte < 0x80
      position += 1
    }
    return nil
  }

  /// The rest of a string with escapes, of which the first stands at the position.
  private mutating func escapedString(from start: Int) -> String? {
    var text = Array(bytes[start..<position])
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""): return text.withUnsafeBufferPointer { Self.text($0, isASCII: false) }
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        text.append(contentsOf: String(scalar).utf8)
      case 0..<0x20: return nil
      default: text.append(byte)
      }
    }
    return nil
  }

  /// Nil for what is not UTF-8.
  private static func text(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String? {
    isASCII ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
  }

  private mutating func escape() -> Unicode.Scalar? {
    guard position < bytes.count else { return nil }
    let byte = bytes[position]
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{c}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      guard let unit = codeUnit() else { return nil }
      guard (0xD800..<0xDC00).contains(unit) else { return Unicode.Scalar(unit) }
      // The first half of a pair; the second must follow.
      guard take("\\u"), let low = codeUnit(), (0xDC00..<0xE000).contains(low) else { return nil }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00))
    default: return nil
    }
  }

  private mutating func codeUnit() -> UInt32? {
    guard position + 4 <= bytes.count else { return nil }
    let digits = bytes[position..<position + 4]
    guard digits.allSatisfy({ Unicode.Scalar($0).properties.isASCIIHexDigit }) else { return nil }
    position += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let end = position + word.utf8CodeUnitCount
    guard end <= bytes.count, bytes[position..<end].elementsEqual(word.description.utf8) else { return false }
    position = end
    return true
  }

  private mutating func takeAfterSpace(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0a, 0x0d: position += 1
      default: return
      }
    }
  }
}
