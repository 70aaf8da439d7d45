import Primitives

/// A text with signatures below it (C2SP signed-note). Parsing says nothing about who signed: that is for a
/// ``VerifierKey`` or a ``LogPolicy``.
public struct SignedNote: Hashable, Sendable {
  /// One signature line: `— <name> base64(key id ‖ signature)`.
  public struct Signature: Hashable, Sendable {
    /// The name of the key.
    public let name: String
    /// The first four bytes of a hash over name, type and public key.
    public let keyID: KeyID
    /// The bytes after the key id; what they mean depends on the key's type.
    public let bytes: [UInt8]

    /// A signature made by this process.
    package init(name: String, keyID: KeyID, bytes: [UInt8]) {
      self.name = name
      self.keyID = keyID
      self.bytes = bytes
    }

    /// The line, with its newline.
    public var line: String { "\u{2014} \(name) \(Base64.encode(keyID.bytes + bytes))\n" }

    /// Reads one line without its newline.
    package init(line: Substring, number: Int) throws(TransparencyLogError) {
      let parts = line.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 3, parts[0] == "\u{2014}" else {
        throw .malformed(.note, line: number, reason: "a signature line is an em dash, a key name and base 64")
      }
      guard VerifierKey.isValidName(parts[1]) else {
        throw .malformed(.note, line: number, reason: "a key name has no white space and no plus sign")
      }
      guard let bytes = Base64.decode(parts[2]), bytes.count > 4, let keyID = KeyID(bytes: bytes.prefix(4)) else {
        throw .malformed(.note, line: number, reason: "the signature is not base 64 of a key id and a signature")
      }
      self.init(name: String(parts[1]), keyID: keyID, bytes: Array(bytes.dropFirst(4)))
    }
  }

  /// No note may be longer, in bytes.
  public static let largest = 256 * 1_024
  /// No note may carry more signatures; signed-note asks verifiers to accept at least 16.
  public static let mostSignatures = 100

  /// The signed text; it ends with a newline.
  public let text: String
  /// The signatures in the order in which they stand.
  public private(set) var signatures: [Signature]

  /// A text to be signed.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` when it does not end with a newline, is empty or
  ///   holds a control character.
  public init(text: String) throws(TransparencyLogError) {
    try self.init(text: text, signatures: [])
  }

  private init(text: String, signatures: [Signature]) throws(TransparencyLogError) {
    guard text.utf8.last == UInt8(ascii: "\n") else {
      throw .malformed(.note, line: nil, reason: "the text does not end with a newline")
    }
    guard text.utf8.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }) else {
      throw .malformed(.note, line: nil, reason: "the text holds a control character")
    }
    self.text = text
    self.signatures = signatures
  }

  /// Reads a note. Signatures are not verified.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` naming the line.
  public init(parsing bytes: some Collection<UInt8>) throws(TransparencyLogError) {
    guard bytes.count <= Self.largest else {
      throw .malformed(.note, line: nil, reason: "it is longer than \(Self.largest) bytes")
    }
    guard let note = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(.note, line: nil, reason: "it is not valid UTF-8")
    }
    // The last empty line separates: the text itself may hold empty lines, signature lines cannot.
    guard let (text, rest) = note.splitAtLastEmptyLine(), !rest.isEmpty else {
      throw .malformed(.note, line: nil, reason: "there is no empty line followed by signatures")
    }
    guard let lines = rest.terminatedLines else {
      throw .malformed(.note, line: nil, reason: "the last signature line does not end with a newline")
    }
    guard lines.count <= Self.mostSignatures else {
      throw .malformed(.note, line: nil, reason: "it has more than \(Self.mostSignatures) signatures")
    }
    let firstLine = text.utf8.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) } + 2
    var signatures: [Signature] = []
    for (offset, line) in lines.enumerated() {
      signatures.append(try Signature(line: line, number: firstLine + offset))
    }
    try self.init(text: String(text), signatures: signatures)
  }

  /// Adds a signature below the others; one that is there already is not repeated.
  public mutating func add(_ signature: Signature) {
    if !signatures.contains(signature) { signatures.append(signature) }
  }

  /// The note as it is stored and sent: text, empty line, signature lines.
  public var serialized: String { text + "\n" + signatures.map(\.line).joined() }

  /// The bytes of ``serialized``.
  public var bytes: [UInt8] { Array(serialized.utf8) }
}

extension String {
  /// What stands before the last empty line, with its newline, and what stands after it.
  fileprivate func splitAtLastEmptyLine() -> (Substring, Substring)? {
    let newline = UInt8(ascii: "\n")
    var index = utf8.endIndex
    var following: UInt8?
    while index > utf8.startIndex {
      let before = utf8.index(before: index)
      if utf8[before] == newline, following == newline {
        return (self[..<index], self[utf8.index(after: index)...])
      }
      following = utf8[before]
      index = before
    }
    return nil
  }
}
