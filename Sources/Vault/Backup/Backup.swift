import Foundation
public import Primitives
public import Storage

/// A backup in its directories, opened with the installation's root key. Its work blocks.
public struct Backup: Sendable {
  public let manifest: BackupManifest
  private let place: Vault.BackupPlace
  private let key: SecretBytes

  /// - Parameter place: the backup's own directories.
  /// - Throws: ``VaultError/unusableBackup(file:reason:)``, ``VaultError/wrappedByAnotherRoot(has:needs:)``.
  public init(in place: Vault.BackupPlace, root: any KeyProvider) throws(VaultError) {
    self.place = place
    manifest = try BackupManifest(in: place.data, signedBy: root)
    key = try root.unwrap(manifest.wrapped, for: BackupManifest.context(manifest.id))
    let other = try BackupManifest(in: place.keys, signedBy: root)
    guard other == manifest else {
      throw .unusableBackup(file: place.keys, reason: "these are the keys of another backup, \(other.id)")
    }
  }

  /// The copy of the root key's file in a backup; nil where the root key is elsewhere.
  public static func rootFile(in directory: String) -> String? {
    let path = "\(directory)/\(BackupManifest.rootName)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  private func path(of file: BackupManifest.File) -> String {
    "\(file.name == BackupManifest.keysName ? place.keys : place.data)/\(file.name)"
  }

  // MARK: Writing

  struct Written: Sendable {
    let files: [BackupManifest.File]
    let migrations: [String: Int]
  }

  static func write(
    _ snapshot: Snapshot, _ files: [Vault.InstallationFile], to place: Vault.BackupPlace, _ id: String,
    under key: SecretBytes, _ surroundings: Surroundings, _ report: (Int64) -> Void
  ) throws -> Written {
    var migrations: [String: Int] = [:]
    var written: Int64 = 0
    func write(_ name: String, _ directory: String, _ tables: [TableShape], _ files: [Vault.InstallationFile]) throws
      -> BackupManifest.File
    {
      let writer = try BackupFile.Writer(
        "\(directory)/\(name)", name: name, of: id, under: key, surroundings)
      var (rows, buffer): ([String: Int64], [UInt8]) = ([:], [])
      for table in tables {
        BackupRecord.table(table).append(to: &buffer)
        try snapshot.forEachRow(of: table) { row in
          BackupRecord.row(row).append(to: &buffer)
          rows[table.name, default: 0] += 1
          written += 1
          if written.isMultiple(of: 1_000) { report(written) }
          if buffer.count > 1 << 18 {
            try writer.append(buffer)
            buffer.removeAll(keepingCapacity: true)
          }
          if table.name == "schema_migration", case .text(let room)? = row.first { migrations[room, default: 0] += 1 }
        }
      }
      for file in files {
        guard let bytes = FileManager.default.contents(atPath: file.path) else {
          throw VaultError.unusableBackup(file: file.path, reason: "it cannot be read")
        }
        BackupRecord.file(name: file.name, bytes: Array(bytes)).append(to: &buffer)
      }
      BackupRecord.end.append(to: &buffer)
      try writer.append(buffer)
      let (size, sha256) = try writer.finish()
      return BackupManifest.File(name: name, size: Int64(size), sha256: sha256, rows: rows)
    }
    let keyTables = snapshot.tables.filter { Vault.isKeyTable($0.name) }
    let data = snapshot.tables.filter { !Vault.isKeyTable($0.name) }
    let dataFile = try write(BackupManifest.dataName, place.data, data, [])
    let keysFile = try write(BackupManifest.keysName, place.keys, keyTables, files)
    return Written(files: [dataFile, keysFile], migrations: migrations)
  }

  // MARK: Reading

  /// Reads everything back and holds it against the manifest.
  /// - Returns: how many rows there are.
  /// - Throws: ``VaultError/unusableBackup(file:reason:)`` with the first thing that is not as it should be.
  @discardableResult
  public func verify(report: (Int64) -> Void = { _ in }) throws -> Int64 {
    var read: Int64 = 0
    try forEachRow(
      { _, _ in
        read += 1
        if read.isMultiple(of: 1_000) { report(read) }
      }, file: { _, _ in })
    return read
  }

  /// Calls `row` with every row and `file` with every file; what was read is known to be whole only at the end.
  func forEachRow(
    _ row: (TableShape, [SQLValue]) throws -> Void, file: (String, [UInt8]) throws -> Void
  ) throws {
    for stored in manifest.files {
      let path = path(of: stored)
      let reader = try BackupFile.Reader(path, name: stored.name, of: manifest.id, under: key)
      var records = BackupRecordReader(reader, name: path)
      var (table, rows): (TableShape?, [String: Int64]) = (nil, [:])
      reading: while true {
        switch try records.next() {
        case .table(let shape): table = shape
        case .row(let values):
          guard let table else { throw VaultError.unusableBackup(file: path, reason: "it has rows of no table") }
          rows[table.name, default: 0] += 1
          try row(table, values)
        case .file(let name, let bytes): try file(name, bytes)
        case .end: break reading
        }
      }
      guard rows == stored.rows, Int64(reader.size) == stored.size, reader.sha256 == stored.sha256 else {
        throw VaultError.unusableBackup(file: path, reason: "it is not the file of its manifest")
      }
    }
  }

  /// The installation's files in it, by name.
  public func installationFiles() throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    try forEachRow({ _, _ in }, file: { files[$0] = $1 })
    return files
  }

  // MARK: Restoring

  /// What stays as it is in a database that is restored over.
  public enum Keeping: Sendable {
    /// Everything is replaced.
    case nothing
    /// The ledger, which is ahead of the backup, and what witnesses remember: neither is ever taken back.
    case ledger

    func isKept(_ table: String) -> Bool {
      if table == "schema_migration" { return true }
      return self == .ledger && (table.hasPrefix("journal_") || table.hasPrefix("witness_"))
    }
  }

  /// Puts the backup's rows in the place of the database's, all or nothing.
  /// - Parameters:
  ///   - plans: the tables of every room.
  ///   - report: told how many rows were put in.
  /// - Throws: ``VaultError/refused(reason:)`` when the database has the tables of another version.
  public func restore(
    into database: Database, _ plans: [MigrationPlan], keeping: Keeping, at now: Instant,
    report: @escaping @Sendable (Int64) -> Void = { _ in }
  ) async throws {
    // An empty database gets the tables as the backup's version knew them, and the newer ones afterwards.
    try await database.migrate(plans.map { $0.asOf(manifest.migrations) }, at: now)
    guard try await database.appliedMigrations() == manifest.migrations else {
      throw VaultError.refused(
        reason: "the database has the tables of another version than the backup; restore it into a new directory")
    }
    try await database.replaceAll(keeping: { keeping.isKept($0) }) { replacement in
      var (waiting, shape, count): ([[SQLValue]], TableShape?, Int64) = ([], nil, 0)
      func flush() throws {
        if let shape, !waiting.isEmpty { try replacement.insert(waiting, into: shape) }
        waiting.removeAll(keepingCapacity: true)
      }
      try forEachRow(
        { table, row in
          guard !keeping.isKept(table.name) else { return }
          if table != shape || waiting.count >= 256 { try flush() }
          shape = table
          waiting.append(row)
          count += 1
          if count.isMultiple(of: 1_000) { report(count) }
        }, file: { _, _ in })
      try flush()
    }
    try await database.migrate(plans, at: now)
  }
}
