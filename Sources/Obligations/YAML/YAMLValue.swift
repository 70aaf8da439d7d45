import Crypto
package import Primitives
import Yams

/// A value of a YAML file with its place.
package struct YAMLValue: Sendable {
  private indirect enum Content: Sendable {
    case scalar(String)
    case list([YAMLValue])
    case mapping([(key: YAMLValue, value: YAMLValue)])
    /// What the parser gives for something that is none of these.
    case other
  }

  private let content: Content
  let file: String
  /// Line numbers begin at 1.
  package let line: Int

  init(_ node: Node, file: String, fallbackLine: Int) {
    let line = node.mark?.line ?? fallbackLine
    self.file = file
    self.line = line
    content =
      switch node {
      case .scalar(let scalar): .scalar(scalar.string)
      case .sequence(let sequence):
        .list(sequence.map { YAMLValue($0, file: file, fallbackLine: line) })
      case .mapping(let mapping):
        .mapping(
          mapping.map { key, value in
            let key = YAMLValue(key, file: file, fallbackLine: line)
            return (key, YAMLValue(value, file: file, fallbackLine: key.line))
          })
      default: .other
      }
  }

  /// The error that says what is wrong here.
  package func malformed(_ reason: String) -> ObligationsError { .malformed(file: file, line: line, reason: reason) }

  /// The members of a mapping; every one has to be taken, so that a misspelt name is noticed.
  package func mapping() throws(ObligationsError) -> YAMLMapping {
    guard case .mapping(let pairs) = content else { throw malformed("expected names with values, such as 'id: …'") }
    var members: [YAMLMapping.Member] = []
    for (key, value) in pairs {
      guard case .scalar(let name) = key.content else { throw key.malformed("a name is plain text") }
      members.append(YAMLMapping.Member(name: name, line: key.line, value: value))
    }
    return YAMLMapping(members: members, place: self)
  }

  /// The elements of a list.
  package func list() throws(ObligationsError) -> [YAMLValue] {
    guard case .list(let elements) = content else { throw malformed("expected a list") }
    return elements
  }

  /// The text of a scalar, without white space around it; it is never empty.
  package func text() throws(ObligationsError) -> String {
    guard case .scalar(let scalar) = content else { throw malformed("expected text") }
    guard let first = scalar.firstIndex(where: { !$0.isWhitespace }),
      let last = scalar.lastIndex(where: { !$0.isWhitespace })
    else { throw malformed("the text is missing") }
    guard !scalar.unicodeScalars.contains("\0") else { throw malformed("the text has a NUL in it") }
    return String(scalar[first...last])
  }

  package func bool() throws(ObligationsError) -> Bool {
    switch try text() {
    case "true", "yes": true
    case "false", "no": false
    default: throw malformed("expected true or false")
    }
  }

  /// A whole number that is not negative.
  package func number() throws(ObligationsError) -> Int64 {
    let digits = try text().utf8.filter { $0 != UInt8(ascii: "_") }
    guard digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
      let number = Int64(String(decoding: digits, as: UTF8.self)), number <= JSON.largestInteger
    else { throw malformed("expected a whole number, such as 12000") }
    return number
  }

  package func date() throws(ObligationsError) -> CalendarDate {
    guard let date = CalendarDate(try text()) else { throw malformed("expected a date, such as 2026-11-24") }
    return date
  }

  /// A well-formed name of something.
  package func code<Subject>(of: Subject.Type = Subject.self) throws(ObligationsError) -> Code<Subject> {
    let code = Code<Subject>(try text())
    guard code.isWellFormed else { throw malformed("a name has letters, digits, dots and hyphens only") }
    return code
  }

  /// One of the cases of an enumeration.
  package func oneOf<Choice: RawRepresentable<String> & CaseIterable>(
    _: Choice.Type = Choice.self
  ) throws(ObligationsError) -> Choice {
    let text = try text()
    guard let choice = Choice(rawValue: text) else {
      throw malformed("'\(text)' is not one of \(Choice.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return choice
  }

  /// What is written here, whatever its layout; of the lists named, only the names of their elements.
  private func json(namesOnly lists: Set<String> = []) -> JSON {
    switch content {
    case .scalar(let text): return .string(text)
    case .list(let elements): return .array(elements.map { $0.json() })
    case .other: return .null
    case .mapping(let pairs):
      let members = pairs.map { key, value -> (String, JSON) in
        guard case .scalar(let name) = key.content else { return ("?", value.json()) }
        guard lists.contains(name), case .list(let elements) = value.content else { return (name, value.json()) }
        return (name, .array(elements.map { $0.json()["id"] ?? .null }))
      }
      return .object(Dictionary(members, uniquingKeysWith: { $1 }))
    }
  }

  /// A digest of what is written here, to tell whether another edition says something else. Of the lists named, it
  /// covers only which elements there are: these have digests of their own.
  func digest(withoutDetailsOf lists: String...) -> String {
    Hexadecimal.encode(SHA256.hash(data: json(namesOnly: Set(lists)).canonicalBytes))
  }
}
