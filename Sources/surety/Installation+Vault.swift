import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import Vault

extension Installation {
  /// The root key, which a passphrase opens.
  var rootPath: String { "\(directory)/vault.root" }
  /// The passphrase, where nobody gave another.
  var passphrasePath: String { "\(directory)/vault.passphrase" }
  /// Which device holds the root key, where one does.
  var devicePath: String { "\(directory)/vault.device" }
  /// Who was forgotten; in no backup.
  var erasureListPath: String { "\(directory)/vault.erased" }

  /// The files in which SQLite keeps the data; none where the data is in PostgreSQL.
  var databaseFiles: [String] {
    guard case .sqlite(let path) = location else { return [] }
    return [path, "\(path)-wal"]
  }

  /// Makes the root key, where there is none yet.
  /// - Parameter device: nil for a file.
  /// - Returns: whether its passphrase lies beside it.
  @discardableResult
  func makeRoot(_ options: RootOptions, in device: RootDevice? = nil) throws -> Bool {
    guard !FileManager.default.fileExists(atPath: rootPath), !FileManager.default.fileExists(atPath: devicePath) else {
      return false
    }
    try makeErasureList()
    if let device {
      _ = try PKCS11Root(module: device.module, token: device.token, pin: try pin(options), make: true)
      let text = String(decoding: try JSONEncoder().encode(device), as: UTF8.self)
      try DurableFile.store("\(text)\n", at: devicePath, mode: .create)
      return false
    }
    if options.path == nil, !FileManager.default.fileExists(atPath: passphrasePath) {
      guard
        FileManager.default.createFile(
          atPath: passphrasePath, contents: Data("\(GeneratedPassword.make())\n".utf8),
          attributes: [.posixPermissions: 0o600])
      else { throw ValidationError("cannot write \(passphrasePath)") }
    }
    try PassphraseFile.create(path: rootPath, passphrase: try passphrase(options))
    return options.path == nil
  }

  /// It is there from the first day on, so that a restore can tell a list without names from no list.
  private func makeErasureList() throws {
    guard !FileManager.default.fileExists(atPath: erasureListPath) else { return }
    guard
      FileManager.default.createFile(
        atPath: erasureListPath, contents: Data(), attributes: [.posixPermissions: 0o600])
    else { throw ValidationError("cannot write \(erasureListPath)") }
  }

  private func pin(_ options: RootOptions) throws -> SecretBytes {
    guard options.path != nil else {
      throw ValidationError("name a file with the device's PIN: --passphrase-file, or SURETY_PASSPHRASE_FILE")
    }
    return try passphrase(options)
  }

  /// Opens the root key; makes it for an installation of a version that had none.
  /// - Parameters:
  ///   - isMade: false where it has to be there.
  ///   - file: nil for the installation's own.
  func root(_ options: RootOptions, isMade: Bool = true, file: String? = nil) throws -> any KeyProvider {
    if file == nil, let data = FileManager.default.contents(atPath: devicePath) {
      guard let device = try? JSONDecoder().decode(RootDevice.self, from: data) else {
        throw ValidationError("\(devicePath) does not say which device holds the root key")
      }
      return try self.root(options, in: device)
    }
    if isMade, file == nil { try makeRoot(options) }
    return try PassphraseFile(
      path: file ?? rootPath, passphrase: try passphrase(options),
      custody: options.path == nil ? .passphraseBeside : .passphrase)
  }

  private func passphrase(_ options: RootOptions) throws -> SecretBytes {
    var bytes = try FileArgument.read(options.path ?? passphrasePath, most: 4_096)
    var line = Array(bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") })
    // The copy that is left here is overwritten with the other.
    _ = SecretBytes(taking: &bytes)
    return SecretBytes(taking: &line)
  }

  /// Opens a root key in a device.
  func root(_ options: RootOptions, in device: RootDevice) throws -> any KeyProvider {
    try PKCS11Root(module: device.module, token: device.token, pin: try pin(options))
  }

  /// The room of customers' data over an open ledger.
  func vault(over ledger: OpenLedger, _ root: any KeyProvider) throws -> Vault {
    try Vault(in: ledger.database, journal: ledger.journal, root: root, erasureList: erasureListPath)
  }

  /// Opens the ledger for a command about customers' data.
  func withVault<Value>(_ options: RootOptions, _ body: (Vault) async throws -> Value) async throws -> Value {
    let root = try root(options)
    return try await withLedger { ledger in try await body(try vault(over: ledger, root)) }
  }
}
