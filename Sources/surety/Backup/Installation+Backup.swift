import Access
import ArgumentParser
import Console
import Foundation
import Journal
import Obligations
import Primitives
import Storage
import Vault

extension Installation {
  /// The tables of every room.
  static let plans = [
    Journal.migrations, ObligationsMigrations.plan, AccessMigrations.plan, VaultMigrations.plan, ConsoleMigrations.plan,
  ]

  /// There while a restore is under way: until it is done, nothing else opens the installation.
  var restorePath: String { "\(directory)/restore.pending" }

  /// What goes into a backup beside the database, with the keys. Not the mark, which notices that an old backup was
  /// restored; not the erasure list, which keeps a backup from bringing anybody back; not the passphrase.
  var backupFiles: [Vault.InstallationFile] {
    [keysPath, secretsPath, witnessesPath, devicePath].filter { FileManager.default.fileExists(atPath: $0) }
      .map { Vault.InstallationFile(name: String($0.split(separator: "/").last ?? ""), path: $0) }
  }

  /// The root key's file; nil where the root key is in a device.
  var rootFile: Vault.InstallationFile? {
    FileManager.default.fileExists(atPath: rootPath)
      ? Vault.InstallationFile(name: "vault.root", path: rootPath) : nil
  }

  /// Restores a backup into a database of its own, beside the real one, and sees what opens.
  /// - Returns: how many records opened.
  /// - Throws: what is wrong with it.
  func tryRestore(
    of backup: Backup, _ root: any KeyProvider, _ ledger: OpenLedger,
    report: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> Int64 {
    let place = "\(directory)/restore-test-\(backup.manifest.id)"
    try? FileManager.default.removeItem(atPath: place)
    try FileManager.default.createDirectory(
      atPath: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: place) }
    let limits = Database.Limits(statementTime: .seconds(3_600))
    let database = try await Database.open(.sqlite(path: "\(place)/surety.sqlite"), limits: limits)
    do {
      try await backup.restore(
        into: database, Self.plans, keeping: .nothing, at: Surroundings.system.now(), report: report)
      let mark = "\(place)/ledger.mark"
      _ = try await Journal.adopt(in: database, trusting: ledger.keyring.policy, continuing: nil, markPath: mark)
      let journal = try await Journal.open(
        in: database, trusting: ledger.keyring.policy, mark: try HighWaterMark(path: mark))
      let vault = try Vault(in: database, journal: journal, root: root, erasureList: erasureListPath)
      _ = try await vault.replayErasures()
      let opened = try await vault.openedSample()
      await database.close()
      return opened
    } catch {
      await database.close()
      throw error
    }
  }

  /// Tries a restore and notes what came of it.
  /// - Throws: what is wrong with the backup, after it was noted.
  @discardableResult
  func testRestore(
    of backup: Backup, _ root: any KeyProvider, _ ledger: OpenLedger, by author: Entry.Author,
    report: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws -> Int64 {
    let vault = try vault(over: ledger, root)
    do {
      let opened = try await tryRestore(of: backup, root, ledger, report: report)
      try await vault.noteRestoreTest(of: backup.manifest.id, records: opened, problem: nil, by: author)
      return opened
    } catch {
      let problem = "\(error)".prefix(300)
      try await vault.noteRestoreTest(of: backup.manifest.id, records: 0, problem: String(problem), by: author)
      throw error
    }
  }
}

/// Where a backup is looked for.
struct BackupPlaceOptions: ParsableArguments {
  @Option(help: "The directory in which backups are, or one of them.")
  var from: String

  @Option(help: "Where the keys are, if they were put apart from the data.")
  var keysFrom: String?

  /// The directories of one backup: the one that was named, or the newest.
  var place: Vault.BackupPlace {
    get throws {
      guard let data = Self.backup(in: from) else {
        throw ValidationError("there is no backup in \(from); 'surety backup make --to \(from)' makes one")
      }
      guard let keysFrom else { return Vault.BackupPlace(data: data) }
      let name = data.split(separator: "/").last ?? ""
      let beside = "\(keysFrom)/\(name)"
      let keys = FileManager.default.fileExists(atPath: beside) ? beside : Self.backup(in: keysFrom) ?? keysFrom
      return Vault.BackupPlace(data: data, keys: keys)
    }
  }

  private static func backup(in directory: String) -> String? {
    let manifest = "\(directory)/\(BackupManifest.fileName)"
    return FileManager.default.fileExists(atPath: manifest) ? directory : BackupManifest.newest(below: directory)
  }
}
