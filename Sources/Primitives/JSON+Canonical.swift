extension JSON {
  /// The canonical bytes (RFC 8785): no white space, members sorted by the UTF-16 units of their names, the
  /// shortest escapes. Two equal values always have the same bytes.
  public var canonicalBytes: [UInt8] {
    var bytes: [UInt8] = []
    write(to: &bytes)
    return bytes
  }

  /// Appends the canonical bytes.
  public func write(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .string(let text): Self.write(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (position, element) in elements.enumerated() {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        element.write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      let names = Self.sorted(members.keys)
      for (position, name) in names.enumerated() {
        if position > 0 { bytes.append(UInt8(ascii: ",")) }
        Self.write(name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        members[name, default: .null].write(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  /// The names in the order of their UTF-16 units, which for ASCII is the order in which strings compare anyway.
  private static func sorted(_ names: Dictionary<String, JSON>.Keys) -> [String] {
    names.allSatisfy { $0.utf8.allSatisfy { $0 < 0x80 } }
      ? names.sorted() : names.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
  }

  /// Appends a canonical JSON string.
  package static func write(_ text: String, to bytes: inout [UInt8]) {
    var text = text
    text.withUTF8 { write($0, to: &bytes) }
  }

  /// Appends a canonical JSON string of UTF-8.
  static func write(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    // Counted to the end instead of stopping at the first, which lets the compiler take many bytes at once.
    var escapes = 0
    for byte in text {
      escapes &+= byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 1 : 0
    }
    if escapes == 0 {
      bytes.append(contentsOf: text)
    } else {
      writeEscaped(text, to: &bytes)
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func writeEscaped(_ text: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
    for byte in text {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), byte])
      case 0x08: bytes.append(contentsOf: "\\b".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0x0a: bytes.append(contentsOf: "\\n".utf8)
      case 0x0c: bytes.append(contentsOf: "\\f".utf8)
      case 0x0d: bytes.append(contentsOf: "\\r".utf8)
      case 0..<0x20:
        bytes.append(contentsOf: "\\u00".utf8)
        bytes.append(Hexadecimal.digit(byte >> 4))
        bytes.append(Hexadecimal.digit(byte & 15))
      default: bytes.append(byte)
      }
    }
  }

  /// Whether every number is one that each JSON reader holds exactly (RFC 7493, section 2.2).
  public var isInteroperable: Bool {
    switch self {
    case .null, .bool, .string: true
    case .integer(let value): value.magnitude <= UInt64(Self.largestInteger)
    case .array(let elements): elements.allSatisfy(\.isInteroperable)
    case .object(let members): members.values.allSatisfy(\.isInteroperable)
    }
  }
}
