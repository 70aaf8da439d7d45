import Foundation
public import Journal
import Primitives
import Storage

extension Vault {
  /// A file of the installation that belongs to its backup.
  public struct InstallationFile: Sendable {
    /// Under which it lies in the backup and in the installation.
    public let name: String
    public let path: String

    public init(name: String, path: String) { (self.name, self.path) = (name, path) }
  }

  /// Where a backup goes.
  public struct BackupPlace: Sendable {
    /// A directory in which each backup gets one of its own.
    public let data: String
    /// The same for what the keys are in; apart from the data, so that neither is of use without the other.
    public let keys: String

    public init(data: String, keys: String? = nil) { (self.data, self.keys) = (data, keys ?? data) }
  }

  /// Tables of keys, which are backed up apart from all others.
  static func isKeyTable(_ name: String) -> Bool { name.hasPrefix("vault_") && name.hasSuffix("_key") }

  /// Copies everything, as it is at one moment, into sealed files, while everybody goes on working; then reads it back
  /// from the disk.
  /// - Parameters:
  ///   - files: secrets of the installation, which go with the keys.
  ///   - root: the root key's file, where there is one; it goes beside the keys as it is.
  ///   - report: told how many rows are written or read back.
  /// - Throws: ``VaultError/unusableBackup(file:reason:)``; then nothing is left of it.
  public func backUp(
    to place: BackupPlace, with files: [InstallationFile], root: InstallationFile?, by author: Entry.Author,
    report: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> BackupManifest {
    let now = surroundings.now()
    let stamp = now.rfc3339.prefix(19).replacing(":", with: "").replacing("-", with: "")
    let id = "\(stamp)Z-\(Hexadecimal.encode(surroundings.randomBytes(3)))"
    let target = BackupPlace(data: "\(place.data)/\(id)", keys: "\(place.keys)/\(id)")
    do {
      try Self.makeDirectories(target)
      let manifest = try await write(id, to: target, files, root, at: now, report)
      let provider = keys.provider
      try await BlockingWork.run {
        _ = try Backup(in: target, root: provider).verify(report: report)
      }
      try await note(manifest, in: place, by: author)
      return manifest
    } catch {
      for directory in Set([target.data, target.keys]) { try? FileManager.default.removeItem(atPath: directory) }
      throw error
    }
  }

  private static func makeDirectories(_ place: BackupPlace) throws {
    for directory in Set([place.data, place.keys]) {
      do {
        try FileManager.default.createDirectory(
          atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      } catch {
        throw VaultError.unusableBackup(
          file: directory, reason: "the directory cannot be made (\(error.localizedDescription))")
      }
    }
  }

  private func write(
    _ id: String, to place: BackupPlace, _ files: [InstallationFile], _ root: InstallationFile?, at now: Instant,
    _ report: @escaping @Sendable (Int64) -> Void
  ) async throws -> BackupManifest {
    let key = SecretBytes(random: FieldCipher.keyLength, in: surroundings)
    let wrapped = try keys.provider.wrap(key, for: BackupManifest.context(id))
    let surroundings = surroundings
    let written = try await database.copyOut { snapshot in
      try Backup.write(snapshot, files, to: place, id, under: key, surroundings, report)
    }
    if let root {
      let copy = "\(place.keys)/\(BackupManifest.rootName)"
      guard let bytes = FileManager.default.contents(atPath: root.path) else {
        throw VaultError.unusableBackup(file: root.path, reason: "it cannot be read")
      }
      try DurableFile.store(String(decoding: bytes, as: UTF8.self), at: copy, mode: .create)
    }
    let manifest = BackupManifest(
      id: id, made: now, origin: platform, root: keys.provider.rootName, migrations: written.migrations,
      wrapped: wrapped, files: written.files)
    for directory in Set([place.data, place.keys]) { try manifest.write(to: directory, signedBy: keys.provider) }
    return manifest
  }

  private func note(_ manifest: BackupManifest, in place: BackupPlace, by author: Entry.Author) async throws {
    let event = BackupEvent(
      id: Identifier(in: surroundings), kind: .made, backup: manifest.id, at: surroundings.now(),
      isApart: place.keys != place.data, records: manifest.rows(of: "vault_record"))
    try await database.write { transaction in
      try BackupStore.insert(event, transaction)
      try record(
        "vault.backup-made", by: author,
        [
          "backup": .string(manifest.id), "bytes": .integer(manifest.size), "records": .integer(event.records),
          "keys-apart": .bool(event.isApart),
        ], transaction)
    }
  }

  /// What was done with backups, the newest first.
  public func backupEvents() async throws -> [BackupEvent] { try await database.read { try BackupStore.newest($0) } }

  /// Notes that a restore was tried, and what came of it.
  public func noteRestoreTest(
    of backup: String, records: Int64, problem: String?, by author: Entry.Author
  ) async throws {
    let event = BackupEvent(
      id: Identifier(in: surroundings), kind: problem == nil ? .tested : .failed, backup: backup,
      at: surroundings.now(), isApart: false, records: records)
    try await database.write { transaction in
      try BackupStore.insert(event, transaction)
      try record(
        "vault.restore-tested", by: author,
        [
          "backup": .string(backup), "records-opened": .integer(records),
          "problem": problem.map { .string($0) } ?? .null,
        ], transaction)
    }
  }

  /// Notes that this installation was restored.
  public func noteRestored(_ manifest: BackupManifest, erasedAgain: Int, by author: Entry.Author) async throws {
    let event = BackupEvent(
      id: Identifier(in: surroundings), kind: .restored, backup: manifest.id, at: surroundings.now(), isApart: false,
      records: manifest.rows(of: "vault_record"))
    try await database.write { transaction in
      try BackupStore.insert(event, transaction)
      try record(
        "vault.restored", by: author,
        [
          "backup": .string(manifest.id), "records": .integer(event.records),
          "forgotten-again": .integer(Int64(erasedAgain)),
        ], transaction)
    }
  }

  /// Opens a sample of what is there, as a test of a restore.
  /// - Returns: how many records opened.
  /// - Throws: ``VaultError/damaged(what:)`` when one does not.
  public func openedSample() async throws -> Int64 {
    guard try await database.read({ try RecordStore.count($0) }) > 0 else { return 0 }
    let sample = try await openSample(400)
    if let first = sample.damaged.first { throw VaultError.damaged(what: "a record of \(first)") }
    return Int64(sample.opened)
  }

  /// How many of those whom the database knows to be forgotten are missing from the list: then it is older than the
  /// database, and others may be missing too.
  public func missingErasures() async throws -> Int {
    let list = erasures
    let known = Set(try await BlockingWork.run { try list.erasures() }.map(\.pseudonym.bytes))
    return try await database.read { try SubjectStore.tombstonePseudonyms($0) }.count { !known.contains($0) }
  }
}
