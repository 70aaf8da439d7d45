/// The tags of a page, read as browsers read them (WHATWG HTML, 13.2.5), but for what a check does not need: no tree is
/// built, and the text of scripts and styles is passed over. Never fails: every sequence of bytes is some page.
/// - Complexity: O(bytes), whatever the bytes.
struct HTMLTokenizer {
  /// A start tag or an end tag.
  struct Tag: Hashable, Sendable {
    let name: String
    let isEnd: Bool
    /// Names in lower case; the first of a name counts.
    let attributes: [String: String]
  }

  enum Token: Hashable, Sendable {
    case tag(Tag)
    case text(String)
  }

  private let bytes: [UInt8]
  private var position = 0
  // Inside such an element everything up to its end tag is text.
  private var rawElement: String?

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  private static let rawElements: Set<String> = [
    "script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes",
  ]

  /// The next token; nil at the end.
  mutating func next() -> Token? {
    while position < bytes.count {
      if let element = rawElement {
        if let text = rawText(of: element) { return text }
      } else if bytes[position] != UInt8(ascii: "<") || !startsTag {
        return text()
      } else if [UInt8(ascii: "!"), UInt8(ascii: "?")].contains(bytes[position + 1]) {
        skipDeclaration()
      } else {
        return tag()
      }
    }
    return nil
  }

  /// Whether a tag, comment or declaration begins here; a lone `<` is text.
  private var startsTag: Bool {
    guard position + 1 < bytes.count else { return false }
    let next = bytes[position + 1]
    if next == UInt8(ascii: "/") { return position + 2 < bytes.count && bytes[position + 2].isLetter }
    return next.isLetter || next == UInt8(ascii: "!") || next == UInt8(ascii: "?")
  }

  private mutating func text() -> Token {
    let start = position
    position += 1
    while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
    return .text(HTMLEntities.decoded(bytes[start..<position]))
  }

  /// The text up to the element's end tag, where somebody reads it.
  private mutating func rawText(of element: String) -> Token? {
    rawElement = nil
    let start = position
    let name = Array(element.utf8)
    while position < bytes.count {
      if bytes[position] == UInt8(ascii: "<"), position + 2 + name.count <= bytes.count,
        bytes[position + 1] == UInt8(ascii: "/"),
        bytes[(position + 2)..<(position + 2 + name.count)].elementsEqual(name, by: { $0.lowercased == $1 }),
        position + 2 + name.count == bytes.count || bytes[position + 2 + name.count].endsName
      {
        break
      }
      position += 1
    }
    guard element == "title", start < position else { return nil }
    return .text(HTMLEntities.decoded(bytes[start..<position]))
  }

  private mutating func skipDeclaration() {
    let isComment = bytes[position...].starts(with: Array("<!--".utf8))
    position += 2
    guard isComment else { return skip(past: [UInt8(ascii: ">")]) }
    position += 2
    // `<!-->` and `<!--->` are comments too.
    if bytes[position...].starts(with: Array(">".utf8)) || bytes[position...].starts(with: Array("->".utf8)) {
      return skip(past: [UInt8(ascii: ">")])
    }
    skip(past: Array("-->".utf8))
  }

  private mutating func skip(past end: [UInt8]) {
    while position < bytes.count {
      if bytes[position] == end[0], bytes[position...].starts(with: end) {
        position += end.count
        return
      }
      position += 1
    }
  }

  private mutating func tag() -> Token? {
    position += 1
    let isEnd = bytes[position] == UInt8(ascii: "/")
    if isEnd { position += 1 }
    let name = take { !$0.endsName }
    var attributes: [String: String] = [:]
    while position < bytes.count, bytes[position] != UInt8(ascii: ">") {
      guard let (name, value) = attribute() else { continue }
      if attributes.count < 64, attributes[name] == nil { attributes[name] = value }
    }
    // A tag that the end of the page cuts off is none.
    guard position < bytes.count else { return nil }
    position += 1
    if !isEnd, Self.rawElements.contains(name) { rawElement = name }
    return .tag(Tag(name: name, isEnd: isEnd, attributes: attributes))
  }

  private mutating func attribute() -> (String, String)? {
    guard !bytes[position].isSpace, bytes[position] != UInt8(ascii: "/") else {
      position += 1
      return nil
    }
    let start = position
    // An equals sign in front belongs to the name.
    position += 1
    while position < bytes.count, !bytes[position].endsName, bytes[position] != UInt8(ascii: "=") { position += 1 }
    let name = String(decoding: bytes[start..<position].map(\.lowercased), as: UTF8.self)
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: "=") else { return (name, "") }
    position += 1
    skipSpace()
    return (name, value())
  }

  private mutating func value() -> String {
    guard position < bytes.count else { return "" }
    let quote = bytes[position]
    if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
      position += 1
      let start = position
      while position < bytes.count, bytes[position] != quote { position += 1 }
      defer { position = min(position + 1, bytes.count) }
      return HTMLEntities.decoded(bytes[start..<position])
    }
    let start = position
    while position < bytes.count, !bytes[position].isSpace, bytes[position] != UInt8(ascii: ">") { position += 1 }
    return HTMLEntities.decoded(bytes[start..<position])
  }

  private mutating func take(while condition: (UInt8) -> Bool) -> String {
    let start = position
    while position < bytes.count, condition(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position].map(\.lowercased), as: UTF8.self)
  }

  private mutating func skipSpace() {
    while position < bytes.count, bytes[position].isSpace { position += 1 }
  }
}

extension UInt8 {
  fileprivate var isLetter: Bool { (0x61...0x7a).contains(self | 0x20) }
  fileprivate var isSpace: Bool { [0x20, 0x09, 0x0a, 0x0c, 0x0d].contains(self) }
  fileprivate var endsName: Bool { isSpace || self == UInt8(ascii: "/") || self == UInt8(ascii: ">") }
  fileprivate var lowercased: UInt8 { (0x41...0x5a).contains(self) ? self | 0x20 : self }
}
