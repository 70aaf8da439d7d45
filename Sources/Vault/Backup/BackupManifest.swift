import Crypto
import Foundation
import Journal
public import Primitives

/// What a backup says of itself, signed by the installation's root key.
public struct BackupManifest: Hashable, Sendable {
  /// One of its files.
  public struct File: Hashable, Sendable {
    public let name: String
    /// In bytes.
    public let size: Int64
    let sha256: [UInt8]
    /// How many rows there are of each table.
    public let rows: [String: Int64]
  }

  /// By which it is known: the time at which it was made, and a few random digits.
  public let id: String
  public let made: Instant
  /// The ledger's name.
  public let origin: String
  /// By which the root key is known that opens it.
  public let root: String
  /// How many migrations of each room its tables have.
  let migrations: [String: Int]
  /// The key of its files, wrapped by the root.
  let wrapped: [UInt8]
  public let files: [File]

  public static let fileName = "manifest.json"
  static let dataName = "data.surety"
  static let keysName = "keys.surety"
  /// A copy of the root key's file, where there is one; its passphrase is in no backup.
  static let rootName = "vault.root"

  /// How many bytes it takes.
  public var size: Int64 { files.reduce(0) { $0 + $1.size } }

  /// How many rows it has of a table.
  public func rows(of table: String) -> Int64 { files.reduce(0) { $0 + ($1.rows[table] ?? 0) } }

  static func context(_ id: String) -> [UInt8] { Array("surety backup \(id)".utf8) }

  private static let format = "surety-backup-1"

  private var json: JSON {
    [
      "format": .string(Self.format), "id": .string(id), "made": .string(made.rfc3339), "origin": .string(origin),
      "root": .string(root), "migrations": .object(migrations.mapValues { .integer(Int64($0)) }),
      "key": .string(Base64.encode(wrapped)),
      "files": .array(
        files.map { file in
          [
            "name": .string(file.name), "size": .integer(file.size),
            "sha256": .string(Hexadecimal.encode(file.sha256)),
            "rows": .object(file.rows.mapValues { .integer($0) }),
          ]
        }),
    ]
  }

  func write(to directory: String, signedBy root: any KeyProvider) throws {
    let signed: JSON = [
      "manifest": json, "signature": .string(Base64.encode(try root.sign(json.canonicalBytes))),
      "verifier": .string(root.verifier.text),
    ]
    try DurableFile.store(
      String(decoding: signed.canonicalBytes, as: UTF8.self) + "\n", at: "\(directory)/\(Self.fileName)", mode: .create)
  }

  /// Reads a manifest and checks its signature.
  /// - Throws: ``VaultError/unusableBackup(file:reason:)``, ``VaultError/wrappedByAnotherRoot(has:needs:)``.
  public init(in directory: String, signedBy root: any KeyProvider) throws(VaultError) {
    let path = "\(directory)/\(Self.fileName)"
    guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20,
      let signed = JSON(parsing: Array(data)), let json = signed["manifest"],
      let signature = signed["signature"]?.text.flatMap({ Base64.decode($0) })
    else { throw .unusableBackup(file: path, reason: "there is no manifest of a backup here") }
    guard json["format"]?.text == Self.format else {
      throw .unusableBackup(file: path, reason: "this version does not know its format")
    }
    guard json["root"]?.text == root.rootName else {
      throw .wrappedByAnotherRoot(has: root.rootName, needs: String((json["root"]?.text ?? "").prefix(40)))
    }
    guard root.verifier.isSignature(signature, of: json.canonicalBytes) else {
      throw .unusableBackup(file: path, reason: "its signature does not hold: it was changed")
    }
    guard let manifest = Self(json) else { throw .unusableBackup(file: path, reason: "it is malformed") }
    self = manifest
  }

  private init?(_ json: JSON) {
    guard let id = json["id"]?.text, let made = json["made"]?.text.flatMap({ Instant(rfc3339: $0) }),
      let origin = json["origin"]?.text, let root = json["root"]?.text,
      let wrapped = json["key"]?.text.flatMap({ Base64.decode($0) }),
      case .object(let migrations)? = json["migrations"], case .array(let files)? = json["files"]
    else { return nil }
    self.init(
      id: id, made: made, origin: origin, root: root, migrations: migrations.compactMapValues(\.count),
      wrapped: wrapped, files: files.compactMap { Self.file($0) })
    guard self.files.count == files.count else { return nil }
  }

  init(
    id: String, made: Instant, origin: String, root: String, migrations: [String: Int], wrapped: [UInt8], files: [File]
  ) {
    (self.id, self.made, self.origin, self.root) = (id, made, origin, root)
    (self.migrations, self.wrapped, self.files) = (migrations, wrapped, files)
  }

  private static func file(_ json: JSON) -> File? {
    guard let name = json["name"]?.text, case .integer(let size)? = json["size"],
      let sha256 = json["sha256"]?.text.flatMap({ Hexadecimal.decode(Array($0.utf8)) }),
      case .object(let rows)? = json["rows"]
    else { return nil }
    return File(name: name, size: size, sha256: sha256, rows: rows.compactMapValues { $0.count.map(Int64.init) })
  }

  /// The newest backup below a directory: the names begin with the time.
  public static func newest(below directory: String) -> String? {
    all(below: directory).last
  }

  /// The backups below a directory, oldest first.
  public static func all(below directory: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
    return names.filter { FileManager.default.fileExists(atPath: "\(directory)/\($0)/\(fileName)") }.sorted()
      .map { "\(directory)/\($0)" }
  }
}

extension JSON {
  fileprivate var count: Int? {
    guard case .integer(let number) = self else { return nil }
    return Int(number)
  }
}
