import Yams

/// A YAML file whose every value knows its line, so that whoever wrote it is told where it is wrong.
package struct YAMLDocument: Sendable {
  /// No file may be longer, in bytes.
  package static let largest = 1_048_576
  /// No line may be longer, in bytes, and nothing may be nested deeper: the parser recurses over it.
  package static let longestLine = 8_192
  package static let deepest = 200

  package let file: String
  package let root: YAMLValue

  /// Reads one document.
  /// - Parameter file: what the file is called in errors.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``.
  package init(_ bytes: some Collection<UInt8>, file: String) throws(ObligationsError) {
    guard bytes.count <= Self.largest else {
      throw .malformed(file: file, line: 1, reason: "the file is longer than \(Self.largest) bytes")
    }
    var scan = Scan(file: file)
    for byte in bytes { try scan.take(byte) }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(file: file, line: 1, reason: "the file is not UTF-8")
    }
    let node: Node?
    do {
      node = try compose(yaml: text)
    } catch {
      throw Self.place(error, in: file, text)
    }
    guard let node else { throw .malformed(file: file, line: 1, reason: "the file is empty") }
    self.file = file
    root = YAMLValue(node, file: file, fallbackLine: 1)
  }

  private static func place(_ error: any Error, in file: String, _ text: String) -> ObligationsError {
    switch error as? YamlError {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      .malformed(file: file, line: mark.line, reason: problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      .malformed(
        file: file, line: line(of: duplicates.first ?? "", in: text, after: context.mark.line),
        reason: "named twice: \(duplicates.joined(separator: ", "))")
    case .reader(let problem, _, _, _): .malformed(file: file, line: 1, reason: problem)
    default: .malformed(file: file, line: 1, reason: "this is not YAML")
    }
  }

  /// The parser tells where a name stands first; whoever wrote it twice looks for the second place.
  private static func line(of name: String, in text: String, after first: Int) -> Int {
    let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let again = lines.indices.dropFirst(first).first { index in
      Substring(lines[index].drop { " -?".utf8.contains($0) }).hasPrefix("\(name):")
    }
    return again.map { $0 + 1 } ?? max(1, first)
  }
}

/// What is refused before the parser sees it: what would make it recurse without end, or grow without measure.
private struct Scan {
  let file: String
  private var line = 1
  private var lineLength = 0
  /// Spaces and dashes before the first word of the line: blocks are nested no deeper than this.
  private var indentation: Int? = 0
  private var brackets = 0
  private var previous = UInt8(ascii: "\n")
  private var beforePrevious = UInt8(ascii: "\n")

  init(file: String) { self.file = file }

  mutating func take(_ byte: UInt8) throws(ObligationsError) {
    // An anchor could be referred to any number of times, and so make a small file a huge one.
    if previous == UInt8(ascii: "&"), byte.isWordCharacter, " \t\n\r[{,:".utf8.contains(beforePrevious) {
      throw malformed("'&' before a word begins an anchor, which is not supported here: write a space after it")
    }
    switch byte {
    case UInt8(ascii: "\n"): (line, lineLength, indentation) = (line + 1, -1, 0)
    case UInt8(ascii: "["), UInt8(ascii: "{"): brackets += 1
    case UInt8(ascii: "]"), UInt8(ascii: "}"): brackets = max(0, brackets - 1)
    default: break
    }
    lineLength += 1
    if byte != UInt8(ascii: "\n"), let so = indentation { indentation = " \t-?:".utf8.contains(byte) ? so + 1 : nil }
    (beforePrevious, previous) = (previous, byte)
    guard lineLength <= YAMLDocument.longestLine else {
      throw malformed("the line is longer than \(YAMLDocument.longestLine) bytes")
    }
    guard brackets <= YAMLDocument.deepest, indentation ?? 0 <= YAMLDocument.deepest else {
      throw malformed("values are nested deeper than \(YAMLDocument.deepest)")
    }
  }

  private func malformed(_ reason: String) -> ObligationsError { .malformed(file: file, line: line, reason: reason) }
}

extension UInt8 {
  fileprivate var isWordCharacter: Bool {
    switch self {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
