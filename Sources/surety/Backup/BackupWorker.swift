import ArgumentParser
import Foundation
import Journal
import Logging
import Primitives
import ServiceLifecycle
import Storage
import Vault

/// What 'surety serve' backs up by itself.
struct BackupOptions: ParsableArguments {
  @Option(help: "Make a backup into this directory each day, keep the newest 14, and try to restore one each month.")
  var backupTo: String?
  @Option(help: "Where the keys of these backups go instead.")
  var backupKeysTo: String?
  @Option(help: "How many of these backups are kept.")
  var backupKeep = 14
  @Option(help: "The hours between two of these backups.")
  var backupHours = 24

  /// Nil where nothing is backed up.
  var place: Vault.BackupPlace? { backupTo.map { Vault.BackupPlace(data: $0, keys: backupKeysTo) } }

  func validate() throws {
    guard backupKeep >= 1, (1...744).contains(backupHours) else {
      throw ValidationError("--backup-keep is 1 at least, and --backup-hours is 1 to 744")
    }
    guard backupTo != nil || backupKeysTo == nil else {
      throw ValidationError("--backup-keys-to goes with --backup-to")
    }
  }
}

/// Makes a backup when the newest is old enough, and tries a restore when that is due.
struct BackupWorker: Service {
  let place: Vault.BackupPlace
  let options: BackupOptions
  let installation: Installation
  let ledger: OpenLedger
  let root: any KeyProvider
  let logger: Logger

  /// A restore is tried each month, well before its deadline.
  private static let testInterval: Duration = .seconds(30 * 86_400)

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await work(place)
        } catch is CancellationError {
          return
        } catch {
          logger.error("a backup was not made or not restored; it is tried again in ten minutes: \(error)")
          try? await Task.sleep(for: .seconds(540))
        }
        try? await Task.sleep(for: .seconds(60))
      }
    }
  }

  private func work(_ place: Vault.BackupPlace) async throws {
    guard let lease = try await ledger.database.lease("backup") else { return }
    do {
      try await workAlone(place)
      await lease.release()
    } catch {
      await lease.release()
      throw error
    }
  }

  private func workAlone(_ place: Vault.BackupPlace) async throws {
    let vault = try installation.vault(over: ledger, root)
    let now = Surroundings.system.now()
    let events = try await vault.backupEvents()
    let newest = events.first { $0.kind == .made }
    if newest.map({ now.since($0.at) >= .seconds(options.backupHours * 3_600) }) ?? true {
      let manifest = try await vault.backUp(
        to: place, with: installation.backupFiles, root: installation.rootFile, by: .system)
      logger.info("backed up", metadata: ["backup": "\(manifest.id)", "bytes": "\(manifest.size)"])
      BackupMakeCommand.removeOlder(than: options.backupKeep, in: place, of: root)
    }
    let tried = events.first { $0.kind == .tested || $0.kind == .failed }
    guard tried.map({ now.since($0.at) >= Self.testInterval }) ?? true,
      let data = BackupManifest.newest(below: place.data)
    else { return }
    let name = data.split(separator: "/").last ?? ""
    let backup = try Backup(in: Vault.BackupPlace(data: data, keys: "\(place.keys)/\(name)"), root: root)
    try await installation.testRestore(of: backup, root, ledger, by: .system)
  }
}
