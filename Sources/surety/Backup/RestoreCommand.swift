import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog
import Vault

struct RestoreCommand: ActingCommand {
  static let action = Action.operate
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Put a backup in the place of an installation, and forget again who was forgotten.",
    discussion: """
      Into a new directory, everything comes from the backup. Over an installation, with --replace, everything is replaced
      but its ledger, which is never taken back: what happened since the backup stays proved. Either way all of it is
      there or nothing; a restore that is cut off is begun again with the same command, and until then nothing else opens
      the installation.

      Whoever was forgotten since the backup was made is forgotten again, from the erasure list: the one in the
      installation's directory, or the copy that --erasures names.

      Examples:
        surety restore --from /mnt/backup --dry-run
        surety restore --from /mnt/backup --data /var/lib/surety-new --passphrase-file passphrase --erasures vault.erased
        surety restore --from /mnt/backup --replace
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @OptionGroup var device: DeviceOptions
  @OptionGroup var source: BackupPlaceOptions

  @Flag(help: "Replace the installation that is there.")
  var replace = false
  @Flag(help: "Read the backup whole and say what would be done; change nothing.")
  var dryRun = false
  @Option(help: "A copy of the erasure list, for a new machine.")
  var erasures: String?
  @Option(
    help: "For a new machine: a checkpoint that an auditor or a witness holds, which the backup's ledger must reach.")
  var checkpoint: String?
  @Flag(help: "There is no erasure list, and nobody was forgotten since the backup was made.")
  var withoutErasures = false

  func run() async throws {
    let installation = try options.installation(for: Self.self)
    let place = try source.place
    let root = try root(of: installation, place)
    let backup = try Backup(in: place, root: root)
    let isThere = try isThere(installation)
    try expectErasures(installation)
    let progress = Progress("rows read")
    let rows = try backup.verify { progress.report(UInt64($0), of: nil) }
    progress.finish()
    say(backup.manifest, rows, installation, isThere)
    if dryRun { return Terminal.say("nothing was changed") }
    guard !isThere || replace else {
      throw ValidationError(
        "there is an installation in \(installation.directory); --replace puts the backup in its place")
    }
    try await restore(backup, root, to: installation, replacing: isThere)
  }

  /// The root key: in the device that is named, the installation's own, or else the file in the backup.
  private func root(of installation: Installation, _ place: Vault.BackupPlace) throws -> any KeyProvider {
    if let device = device.device { return try installation.root(self.root, in: device) }
    if !FileManager.default.fileExists(atPath: installation.rootPath), let copy = Backup.rootFile(in: place.keys) {
      guard self.root.path != nil else {
        throw ValidationError("name the passphrase of the root key with --passphrase-file; no backup has it")
      }
      return try installation.root(self.root, file: copy)
    }
    return try installation.root(self.root, isMade: false)
  }

  private func isThere(_ installation: Installation) throws -> Bool {
    FileManager.default.fileExists(atPath: installation.keysPath)
      && !FileManager.default.fileExists(atPath: installation.restorePath)
  }

  private func expectErasures(_ installation: Installation) throws {
    guard !withoutErasures, erasures == nil, !FileManager.default.fileExists(atPath: installation.erasureListPath)
    else {
      return
    }
    throw ValidationError(
      """
      there is no erasure list in \(installation.directory), and without it people who were forgotten would come back. \
      Name a copy with --erasures, or say --without-erasures if nobody was forgotten since the backup was made
      """)
  }

  private func say(_ manifest: BackupManifest, _ rows: Int64, _ installation: Installation, _ isThere: Bool) {
    Terminal.say(
      """
      \(manifest.id), made \(manifest.made.rfc3339) of \(manifest.origin), is whole: \(rows) rows, \
      \(manifest.rows(of: "vault_record")) records of \(manifest.rows(of: "vault_subject")) subjects
      \(isThere ? "everything in \(installation.location) but the ledger is replaced by it" : "it goes into \(installation.location)")
      """)
  }

  // MARK: Doing it

  private func restore(
    _ backup: Backup, _ root: any KeyProvider, to installation: Installation, replacing isThere: Bool
  ) async throws {
    try installation.create(remembering: options.database)
    let database = try await Database.open(
      installation.location, limits: Database.Limits(statementTime: .seconds(3_600)), logger: Terminal.logger())
    do {
      guard let lease = try await database.lease("sequencer") else {
        throw ValidationError("a server runs on this database; stop it first, on every node")
      }
      let keepsLedger = try begin(backup, installation, isThere)
      try putFiles(of: backup, installation)
      let progress = Progress("rows restored")
      try await backup.restore(
        into: database, Installation.plans, keeping: keepsLedger ? .ledger : .nothing, at: Surroundings.system.now()
      ) { progress.report(UInt64($0), of: nil) }
      progress.finish()
      try await finish(backup, root, in: database, installation)
      await lease.release()
      await database.close()
    } catch {
      await database.close()
      throw error
    }
  }

  /// Marks that a restore is under way.
  /// - Returns: whether the ledger that is there is kept; one that was cut off goes on as it was begun.
  private func begin(_ backup: Backup, _ installation: Installation, _ isThere: Bool) throws -> Bool {
    let mark = try? String(contentsOfFile: installation.restorePath, encoding: .utf8)
    let keepsLedger = mark.map { $0.hasPrefix("ledger kept") } ?? isThere
    try DurableFile.store(
      "\(keepsLedger ? "ledger kept" : "everything"): \(backup.manifest.id)\n", at: installation.restorePath)
    return keepsLedger
  }

  /// Goes on with the backup's ledger on a machine that never saw it.
  private func adopt(_ keyring: Keyring, in database: Database, _ installation: Installation) async throws {
    let note = try checkpoint.map { try SignedNote(parsing: FileArgument.read($0, most: SignedNote.largest)) }
    let adopted = try await Journal.adopt(
      in: database, trusting: keyring.policy, continuing: note, markPath: installation.markPath)
    Terminal.say("the ledger goes on from the backup's \(adopted.size) entries; what was published since is not in it")
  }

  private func finish(
    _ backup: Backup, _ root: any KeyProvider, in database: Database, _ installation: Installation
  ) async throws {
    let (keyring, _) = try installation.keyringAndPolicy()
    if try HighWaterMark(path: installation.markPath).checkpoint == nil {
      try await adopt(keyring, in: database, installation)
    }
    let journal = try await Journal.open(
      in: database, trusting: keyring.policy, mark: try HighWaterMark(path: installation.markPath))
    let vault = try Vault(in: database, journal: journal, root: root, erasureList: installation.erasureListPath)
    let forgotten = try await vault.replayErasures()
    let missing = try await vault.missingErasures()
    let opened = try await vault.openedSample()
    try await vault.noteRestored(backup.manifest, erasedAgain: forgotten, by: .operator)
    try FileManager.default.removeItem(atPath: installation.restorePath)
    Terminal.say("restored; \(forgotten) subjects were forgotten again, and all \(opened) records of a sample opened")
    if missing > 0 {
      Terminal.say(
        """
        \(missing) who were forgotten before the backup was made are not on the erasure list: it is older than the backup, \
        and who was forgotten since may be back. Look for a newer copy and restore again
        """)
    }
  }

  /// Puts the keys of the installation in their places, where there are none yet.
  private func putFiles(of backup: Backup, _ installation: Installation) throws {
    let wanted = [
      "ledger.keys": installation.keysPath, "secrets.key": installation.secretsPath,
      "witnesses.policy": installation.witnessesPath, "vault.device": installation.devicePath,
    ]
    for (name, bytes) in try backup.installationFiles() {
      guard let path = wanted[name], !FileManager.default.fileExists(atPath: path) else { continue }
      try DurableFile.store(String(decoding: bytes, as: UTF8.self), at: path, mode: .create)
    }
    if !FileManager.default.fileExists(atPath: installation.rootPath),
      let copy = Backup.rootFile(in: try source.place.keys)
    {
      try DurableFile.store(try String(contentsOfFile: copy, encoding: .utf8), at: installation.rootPath, mode: .create)
    }
    if let erasures {
      let text = String(decoding: try FileArgument.read(erasures, most: 1 << 30), as: UTF8.self)
      try DurableFile.store(text, at: installation.erasureListPath)
    }
  }
}
