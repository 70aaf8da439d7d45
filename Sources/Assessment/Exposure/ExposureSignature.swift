import Obligations
import Primitives

/// A file or page that shops leak, recognised by what is in it.
struct ExposureSignature: Sendable {
  let name: String
  /// The part of the finding's code after `exposed-`.
  let kind: String
  let platform: String
  let title: String
  let paths: [String]
  private let contains: [[UInt8]]
  private let containsAny: [[UInt8]]
  private let lacks: [[UInt8]]
  private let starts: [[UInt8]]

  /// So much of a body is looked at, in bytes.
  static let window = 65_536

  init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    name = try members.required("id").text()
    kind = try members.required("kind").text()
    platform = try members.required("platform").text()
    title = try members.required("title").text()
    paths = try members.list("paths") { (path) throws(ObligationsError) in try path.text() }
    contains = try members.list("contains", Self.bytes)
    containsAny = try members.list("containsAny", Self.bytes)
    lacks = try members.list("lacks", Self.bytes)
    starts = try members.list("starts") { (value) throws(ObligationsError) in
      guard let bytes = Hexadecimal.decode(Array(try value.text().utf8)), !bytes.isEmpty else {
        throw value.malformed("expected hexadecimal digits")
      }
      return bytes
    }
    try members.finish()
    guard !contains.isEmpty || !containsAny.isEmpty || !starts.isEmpty else {
      throw value.malformed("\(name) has nothing to recognise it by")
    }
    guard !paths.isEmpty, paths.allSatisfy({ $0.hasPrefix("/") }) else { throw value.malformed("a path begins with /") }
  }

  /// The signatures that the product knows.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``.
  static func shipped() throws(ObligationsError) -> [ExposureSignature] {
    var members = try YAMLDocument(PackageResources.exposures_yaml, file: "exposures.yaml").root.mapping()
    let signatures = try members.list("exposures", ExposureSignature.init)
    try members.finish()
    return signatures
  }

  private static func bytes(_ value: YAMLValue) throws(ObligationsError) -> [UInt8] { Array(try value.text().utf8) }

  /// Whether a body is what this signature is of.
  /// - Complexity: O(``window``) for each pattern.
  func matches(_ body: [UInt8]) -> Bool {
    let seen = body.prefix(Self.window)
    return (starts.isEmpty || starts.contains { seen.starts(with: $0) })
      && contains.allSatisfy { seen.holds($0) }
      && (containsAny.isEmpty || containsAny.contains { seen.holds($0) })
      && !lacks.contains { seen.holds($0) }
  }
}

extension ArraySlice<UInt8> {
  /// Whether a pattern stands somewhere in it.
  func holds(_ pattern: [UInt8]) -> Bool {
    guard let first = pattern.first, pattern.count <= count else { return pattern.isEmpty }
    var position = startIndex
    let last = endIndex - pattern.count
    while position <= last {
      if self[position] == first, self[position..<position + pattern.count].elementsEqual(pattern) { return true }
      position += 1
    }
    return false
  }
}
