import Primitives

extension Entry {
  /// The version of the encoding, in the member `v`.
  static let version: Int64 = 1

  /// The leaf: canonical JSON (RFC 8785) of the entry. Written by hand in the order of the member names because it is
  /// on the hottest path; ``init(parsing:)`` holds it to the canonical form.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(320)
    bytes.append(contentsOf: #"{"at":""#.utf8)
    bytes.append(contentsOf: at.rfc3339Bytes)
    bytes.append(contentsOf: #"","author":"#.utf8)
    JSON.write(author.name, to: &bytes)
    if !commitments.isEmpty {
      bytes.append(contentsOf: #","commitments":"#.utf8)
      JSON.object(commitments.mapValues { .string($0.base64) }).write(to: &bytes)
    }
    if !facts.isEmpty {
      bytes.append(contentsOf: #","facts":"#.utf8)
      JSON.object(facts).write(to: &bytes)
    }
    bytes.append(contentsOf: #","id":""#.utf8)
    bytes.append(contentsOf: id.textBytes)
    bytes.append(contentsOf: #"","kind":"#.utf8)
    JSON.write(kind.name, to: &bytes)
    bytes.append(contentsOf: #","v":1}"#.utf8)
    return bytes
  }

  /// Reads a leaf.
  /// - Throws: ``JournalError/malformedEntry(reason:)`` when it is not exactly what ``bytes`` writes.
  public init(parsing bytes: [UInt8]) throws(JournalError) {
    guard bytes.count <= Self.largest, let value = JSON(parsing: bytes) else {
      throw .malformedEntry(reason: "it is too long or not JSON")
    }
    guard value["v"] == .integer(Self.version) else {
      throw .malformedEntry(reason: "it is of another version than \(Self.version)")
    }
    guard let id = value["id"]?.text.flatMap({ Identifier<Entry>($0) }),
      let at = value["at"]?.text.flatMap({ Instant(rfc3339: $0) }),
      let kind = value["kind"]?.text, let author = value["author"]?.text
    else { throw .malformedEntry(reason: "at, author, id or kind is missing or malformed") }
    self.init(
      id: id, at: at, kind: try Kind(kind), author: try Author(author),
      facts: try Self.members(of: value["facts"], named: "facts"),
      commitments: try Self.commitments(in: value["commitments"]))
    guard self.bytes == bytes else { throw .malformedEntry(reason: "it is not in canonical form") }
  }

  private static func members(of value: JSON?, named name: String) throws(JournalError) -> [String: JSON] {
    guard let value else { return [:] }
    guard case .object(let members) = value else { throw .malformedEntry(reason: "\(name) is not an object") }
    return members
  }

  private static func commitments(in value: JSON?) throws(JournalError) -> [String: Commitment] {
    var commitments: [String: Commitment] = [:]
    for (name, member) in try members(of: value, named: "commitments") {
      guard let commitment = member.text.flatMap({ Commitment(base64: $0) }) else {
        throw .malformedEntry(reason: "the commitment \(name) is not base 64 of 32 bytes")
      }
      commitments[name] = commitment
    }
    return commitments
  }
}
