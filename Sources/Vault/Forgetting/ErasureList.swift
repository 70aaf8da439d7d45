import Crypto
import Foundation
public import Primitives

/// Who was forgotten, in a file outside the database and outside every backup, so that a restored backup brings nobody
/// back. It names people by pseudonyms that only this installation's root key can make of a subject's name.
///
/// A line an erasure: the pseudonym, the time, the entry of the journal, and a code that covers the line and the one
/// before it, so that none can be taken out or put in unseen.
public struct ErasureList: Sendable {
  /// A line of the list.
  public struct Erasure: Hashable, Sendable {
    public let pseudonym: Pseudonym
    public let at: Instant
  }

  /// 16 bytes that stand for somebody who was forgotten.
  public struct Pseudonym: Hashable, Sendable {
    let bytes: [UInt8]

    /// 32 hexadecimal digits.
    public var text: String { Hexadecimal.encode(bytes) }
  }

  /// The file.
  public let path: String
  private let naming: SecretBytes
  private let chaining: SecretBytes

  /// - Throws: ``VaultError``.
  init(path: String, root: any KeyProvider) throws {
    self.path = path
    naming = try root.mac(Array("surety vault pseudonym".utf8))
    chaining = try root.mac(Array("surety vault erasure list".utf8))
  }

  /// The pseudonym of a subject.
  func pseudonym(of subject: Identifier<Subject>) -> Pseudonym {
    Pseudonym(bytes: Array(Self.code(of: subject.bytes, under: naming).prefix(16)))
  }

  /// What stands on the list for a subject of whom something had to be kept: it leads to nobody either, nor to the
  /// pseudonym under which the rest is forgotten later.
  func restriction(of subject: Identifier<Subject>) -> Pseudonym {
    Pseudonym(bytes: Array(Self.code(of: Array("restricted".utf8) + subject.bytes, under: naming).prefix(16)))
  }

  private static func code(of message: [UInt8], under key: SecretBytes) -> [UInt8] {
    key.withBytes { Array(HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: $0))) }
  }

  /// Everybody who was forgotten, oldest first. Blocks.
  /// - Throws: ``VaultError/damaged(what:)`` when a line was changed, taken out or put in.
  public func erasures() throws(VaultError) -> [Erasure] { try read().erasures }

  private func read() throws(VaultError) -> (erasures: [Erasure], code: [UInt8], length: Int) {
    var (erasures, code, length): ([Erasure], [UInt8], Int) = ([], [], 0)
    guard let data = FileManager.default.contents(atPath: path) else { return (erasures, code, length) }
    var rest = Array(data)[...]
    // What follows the last line end was being written when the machine stopped, and nobody was told that it is there.
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = String(decoding: rest[..<end], as: UTF8.self)
      let words = line.split(separator: " ")
      guard words.count == 3, let pseudonym = Hexadecimal.decode(Array(words[0].utf8)), pseudonym.count == 16,
        let at = Instant(rfc3339: words[1]), let known = Hexadecimal.decode(Array(words[2].utf8))
      else { throw .damaged(what: "the erasure list") }
      code = Self.code(of: code + Array("\(words[0]) \(words[1])".utf8), under: chaining)
      guard ConstantTime.areEqual(known, code) else { throw .damaged(what: "the erasure list") }
      erasures.append(Erasure(pseudonym: Pseudonym(bytes: pseudonym), at: at))
      length += end - rest.startIndex + 1
      rest = rest[(end + 1)...]
    }
    return (erasures, code, length)
  }

  /// Adds lines; they are on disk when it returns. Those that are there already are not added again. Blocks.
  /// - Throws: ``VaultError/damaged(what:)``, ``VaultError/refused(reason:)`` when the file cannot be written.
  func append(_ pseudonyms: [Pseudonym], at now: Instant) throws(VaultError) {
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure() }
    defer { close(descriptor) }
    // Two processes of one machine, a server and a command, may forget at the same time.
    guard flock(descriptor, LOCK_EX) == 0 else { throw failure() }
    let (erasures, last, length) = try read()
    let known = Set(erasures.map(\.pseudonym))
    var (code, text) = (last, "")
    for pseudonym in pseudonyms where !known.contains(pseudonym) {
      let words = "\(pseudonym.text) \(now.rfc3339)"
      code = Self.code(of: code + Array(words.utf8), under: chaining)
      text += "\(words) \(Hexadecimal.encode(code))\n"
    }
    var bytes = Array(text.utf8)[...]
    guard ftruncate(descriptor, length) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else { throw failure() }
    while !bytes.isEmpty {
      let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { throw failure() }
      bytes = bytes.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw failure() }
  }

  private func failure() -> VaultError {
    .refused(
      reason: "the erasure list \(path) cannot be written (\(String(cString: strerror(errno)))); nobody was forgotten")
  }
}
