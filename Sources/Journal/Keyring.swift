import Primitives
public import TransparencyLog

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The private keys with which the ledger is signed, in a file that only its owner may read, a key a line. Every key in
/// the file signs every checkpoint: while an old and a new one are both there, verifiers that know either are served. Of a
/// retired key the public half stays in the file, so that what it signed can still be checked.
public struct Keyring: Sendable {
  /// The file.
  public let path: String
  /// Newest first; never empty.
  public private(set) var keys: [SigningKey]
  /// The public halves of keys that sign no more, newest first.
  public private(set) var retired: [VerifierKey] = []

  /// Reads the file.
  /// - Throws: ``JournalError/unusableFile(path:reason:)``; no message repeats a key.
  public init(path: String) throws(JournalError) {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unusableFile(path: path, reason: "the file of signing keys cannot be read; 'surety init' makes it")
    }
    var (keys, retired): ([SigningKey], [VerifierKey]) = ([], [])
    for (offset, line) in ((text + "\n").terminatedLines ?? []).enumerated() {
      guard !line.isEmpty, !line.hasPrefix("#") else { continue }
      do {
        if line.hasPrefix("PRIVATE+KEY+") {
          keys.append(try SigningKey(secretText: line))
        } else {
          retired.append(try VerifierKey(line))
        }
      } catch {
        throw .unusableFile(path: path, reason: "line \(offset + 1): \(error)")
      }
    }
    guard !keys.isEmpty else { throw .unusableFile(path: path, reason: "there is no key in it") }
    self.path = path
    self.keys = keys
    self.retired = retired
  }

  /// Makes the file with a new key; refuses to replace one that is there.
  public static func create(path: String, name: String, kind: VerifierKey.Kind) throws(JournalError) -> Keyring {
    guard !FileManager.default.fileExists(atPath: path) else {
      throw .unusableFile(path: path, reason: "the file is there already; signing keys are never replaced")
    }
    do {
      let key = try SigningKey(generatingFor: name, kind: kind)
      try DurableFile.store(Self.text(of: [key], retired: []), at: path, mode: .create)
    } catch {
      throw .unusableFile(path: path, reason: "\(error)")
    }
    return try Keyring(path: path)
  }

  /// The public halves, newest first.
  public var verifierKeys: [VerifierKey] { keys.map(\.verifierKey) }

  /// A policy that trusts these keys and asks for no witness.
  public var policy: LogPolicy { LogPolicy(trusting: verifierKeys) }

  /// A note with the signature of every key.
  func sign(_ text: String, at now: Instant) throws(TransparencyLogError) -> SignedNote {
    var note = try SignedNote(text: text)
    for key in keys { note.add(try key.sign(text, at: now)) }
    return note
  }

  /// Adds a new key in front of the others and writes the file.
  mutating func addKey() throws(JournalError) -> VerifierKey {
    guard let first = keys.first else { throw .unusableFile(path: path, reason: "there is no key in it") }
    do {
      let key = try SigningKey(generatingFor: first.verifierKey.name, kind: first.verifierKey.kind)
      try DurableFile.store(Self.text(of: [key] + keys, retired: retired), at: path)
      keys.insert(key, at: 0)
      return key.verifierKey
    } catch {
      throw .unusableFile(path: path, reason: "\(error)")
    }
  }

  /// Retires a key and writes the file; the last one stays.
  mutating func removeKey(_ id: KeyID) throws(JournalError) -> VerifierKey {
    let rest = keys.filter { $0.verifierKey.id != id }
    guard let key = keys.first(where: { $0.verifierKey.id == id })?.verifierKey else {
      throw .unusableFile(path: path, reason: "there is no key \(id) in it")
    }
    guard !rest.isEmpty else { throw .unusableFile(path: path, reason: "\(id) is the only key; add another one first") }
    do {
      try DurableFile.store(Self.text(of: rest, retired: [key] + retired), at: path)
    } catch {
      throw .unusableFile(path: path, reason: "\(error)")
    }
    keys = rest
    retired.insert(key, at: 0)
    return key
  }

  private static func text(of keys: [SigningKey], retired: [VerifierKey]) -> String {
    "# Signing keys, newest first. Whoever has them can forge checkpoints: keep them secret and keep a copy.\n"
      + keys.map { $0.secretText + "\n" }.joined()
      + (retired.isEmpty ? "" : "# Retired keys: they sign no more; what they signed is checked with these.\n")
      + retired.map { "\($0)\n" }.joined()
  }
}
