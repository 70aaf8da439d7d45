import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

/// What a new installation's operator is told, once.
struct NewInstallation: Sendable {
  let keyring: Keyring
  /// Nil where no owner was asked for.
  let enrolment: Access.Enrolment?
  let password: String?
}

extension Installation {
  /// Makes the database, the signing key, the ledger and the first owner. What is there already is not replaced:
  /// a key that signed before would sign a second ledger of the same name.
  /// - Parameters:
  ///   - owner: name and password; nil for none.
  ///   - location: the database to remember, if it was named.
  func make(
    origin: String, owner: (name: String, password: String)?, remembering location: String?
  ) async throws -> NewInstallation {
    guard !FileManager.default.fileExists(atPath: markPath) else {
      throw ValidationError("there is an installation in \(directory) already; nothing was changed")
    }
    let hasKeys = FileManager.default.fileExists(atPath: keysPath)
    guard !hasKeys || FileManager.default.fileExists(atPath: pendingPath) else {
      throw ValidationError(
        """
        \(keysPath) holds the keys of a ledger that was made before; a second ledger under them would contradict it. \
        Restore its database and use 'surety ledger adopt', or name another directory with --data. Nothing was changed
        """)
    }
    try create(remembering: location)
    try Data().write(to: URL(filePath: pendingPath))
    let database = try await openDatabase()
    do {
      let made = try await fill(database, origin: origin, owner: owner, reusingKeys: hasKeys)
      await database.close()
      try FileManager.default.removeItem(atPath: pendingPath)
      return made
    } catch {
      await database.close()
      throw error
    }
  }

  private func fill(
    _ database: Database, origin: String, owner: (name: String, password: String)?, reusingKeys: Bool
  ) async throws -> NewInstallation {
    let keyring =
      reusingKeys
      ? try Keyring(path: keysPath) : try Keyring.create(path: keysPath, name: origin, kind: .ed25519)
    guard keyring.verifierKeys.allSatisfy({ $0.name == origin }) else {
      throw ValidationError("\(keysPath) holds keys of another ledger; name another directory with --data")
    }
    // Before the ledger: a name or a password that cannot be taken stops everything.
    var enrolment: Access.Enrolment?
    if let owner {
      enrolment = try await access(in: database, journal: nil).enrol(name: owner.name, password: owner.password)
    }
    let journal = try await Journal.create(in: database, signedBy: keyring)
    let sequencer = Sequencer(
      journal: journal, keyring: keyring, mark: try HighWaterMark(path: markPath), logger: Terminal.logger())
    _ = try await sequencer.runOnce()
    await sequencer.stop()
    return NewInstallation(keyring: keyring, enrolment: enrolment, password: owner?.password)
  }
}

/// A password that nobody has to invent: 125 bits in five groups of letters and digits that cannot be mistaken.
enum GeneratedPassword {
  static func make(in surroundings: Surroundings = .system) -> String {
    let alphabet = Array("abcdefghjkmnpqrstuvwxyz23456789XY")
    // A byte is taken only where every letter is equally likely.
    var letters: [Character] = []
    while letters.count < 25 {
      for byte in surroundings.randomBytes(8) where Int(byte) < 256 / alphabet.count * alphabet.count {
        letters.append(alphabet[Int(byte) % alphabet.count])
      }
    }
    return stride(from: 0, to: 25, by: 5).map { String(letters[$0..<$0 + 5]) }.joined(separator: "-")
  }
}
