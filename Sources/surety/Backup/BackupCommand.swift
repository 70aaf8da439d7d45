import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Vault

struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the whole installation into sealed files, and try whether they restore.",
    discussion: """
      A backup has two files, data.surety and keys.surety, sealed under a key that only this installation's root key
      opens, and a manifest that the root key signed. What it does not have is the passphrase of the root key: keep that
      elsewhere, or no backup can ever be opened. Nor has it the erasure list, vault.erased: copy that often, to another
      place than the backups.
      """,
    subcommands: [BackupMakeCommand.self, BackupVerifyCommand.self, BackupTestCommand.self, BackupListCommand.self],
    defaultSubcommand: BackupMakeCommand.self)
}

struct BackupMakeCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Make a backup while everything runs, and read it back.",
    discussion: """
      Examples:
        surety backup make --to /mnt/backup
        surety backup make --to /mnt/backup --keys-to /mnt/other/keys
        surety backup make --to /mnt/backup --keep 30
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions

  @Option(help: "The directory in which the backup gets one of its own.")
  var to: String

  @Option(help: "Where the keys go instead, so that neither place is of use without the other.")
  var keysTo: String?

  @Option(help: "Remove older backups but the newest so many, once this one is read back.")
  var keep: Int?

  func validate() throws {
    guard keep ?? 1 >= 1 else { throw ValidationError("--keep is 1 at least: the backup that is made stays") }
  }

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    let place = Vault.BackupPlace(data: to, keys: keysTo)
    let root = try installation.root(root)
    try await installation.withLedger { ledger in
      let vault = try installation.vault(over: ledger, root)
      let progress = Progress("rows")
      let manifest = try await vault.backUp(
        to: place, with: installation.backupFiles, root: installation.rootFile, by: .operator
      ) { progress.report(UInt64($0), of: nil) }
      progress.finish()
      Terminal.say(
        """
        \(manifest.id): \(manifest.size) bytes, \(manifest.rows(of: "vault_record")) records of \
        \(manifest.rows(of: "vault_subject")) subjects, read back and whole
        """)
      if keysTo == nil { Terminal.say("its keys lie beside its data; --keys-to puts them elsewhere") }
      if let keep { Self.removeOlder(than: keep, in: place, of: root) }
    }
  }

  /// Removes what is older than the newest so many; other installations' backups in the same place are left alone.
  static func removeOlder(than keep: Int, in place: Vault.BackupPlace, of root: any KeyProvider) {
    for directory in Set([place.data, place.keys]) {
      let own = BackupManifest.all(below: directory).filter { (try? BackupManifest(in: $0, signedBy: root)) != nil }
      for old in own.dropLast(keep) {
        do {
          try FileManager.default.removeItem(atPath: old)
          Terminal.say("removed \(old)")
        } catch {
          Terminal.say("cannot remove \(old): \(error.localizedDescription)")
        }
      }
    }
  }
}

struct BackupVerifyCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read a backup and hold every byte of it against its signed manifest.",
    discussion: """
      Examples:
        surety backup verify --from /mnt/backup                          the newest
        surety backup verify --from /mnt/backup/20261125T031500Z-4f2a1c
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @OptionGroup var source: BackupPlaceOptions

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    let backup = try Backup(in: try source.place, root: try installation.root(root))
    let progress = Progress("rows")
    let rows = try backup.verify { progress.report(UInt64($0), of: nil) }
    progress.finish()
    Terminal.say("\(backup.manifest.id) is whole: \(rows) rows, made \(backup.manifest.made.rfc3339)")
  }
}

struct BackupTestCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Try whether a backup restores, beside the installation, and note what came of it.",
    discussion: """
      The backup is restored into a database of its own in the installation's directory, its ledger is verified, who was
      forgotten is forgotten there too, and a sample of records is opened. Then it is removed. The result is in the
      ledger, and the check 'vault.restore' goes by it.

      Examples:
        surety backup test --from /mnt/backup
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @OptionGroup var source: BackupPlaceOptions

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    let root = try installation.root(root)
    let backup = try Backup(in: try source.place, root: root)
    try await installation.withLedger { ledger in
      let progress = Progress("rows")
      let opened = try await installation.testRestore(of: backup, root, ledger, by: .operator) {
        progress.report(UInt64($0), of: nil)
      }
      progress.finish()
      Terminal.say(
        """
        \(backup.manifest.id) restores: \(backup.manifest.rows(of: "vault_record")) records are there, and all \
        \(opened) of a sample opened
        """)
    }
  }
}

struct BackupListCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Say what was done with backups, the newest first.",
    discussion: """
      Examples:
        surety backup list
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions

  func run() async throws {
    try await options.installation(for: Self.self).withVault(root) { vault in
      let events = try await vault.backupEvents()
      if events.isEmpty { Terminal.say("no backup was ever made; 'surety backup make --to DIRECTORY' makes one") }
      for event in events {
        Terminal.say("\(event.at.rfc3339)  \(event.kind.rawValue)  \(event.backup)  \(event.records) records")
      }
    }
  }
}
