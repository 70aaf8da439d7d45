import Foundation

/// What the shop keeps to itself: made at random when it first opens, and the same ever after.
struct ShopSecrets: Sendable {
  let adminPassword: String
  let oneTimeCode: OneTimeCode
  /// What the tokens in forms are made with.
  let formKey: [UInt8]

  private struct File: Codable {
    let adminPassword: String
    let oneTimeSecret: Data
    let formKey: Data
  }

  private static let name = "secrets.json"

  /// - Throws: ``ShopError``.
  init(in files: ShopFiles) throws(ShopError) {
    let file: File
    if let text = try files.text(Self.name) {
      guard let known = try? JSONDecoder().decode(File.self, from: Data(text.utf8)) else {
        throw .damagedFile(files.path(Self.name))
      }
      file = known
    } else {
      file = File(
        adminPassword: Self.password(), oneTimeSecret: Data(Self.random(20)), formKey: Data(Self.random(32)))
      guard let data = try? JSONEncoder().encode(file) else { throw .damagedFile(files.path(Self.name)) }
      try files.write(String(decoding: data, as: UTF8.self), to: Self.name, mode: 0o600)
    }
    adminPassword = file.adminPassword
    oneTimeCode = OneTimeCode(secret: Array(file.oneTimeSecret))
    formKey = Array(file.formKey)
  }

  /// Bytes that nobody can guess; the system's generator is a cryptographic one.
  static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }

  /// Five groups of four letters and digits: a hundred bits.
  private static func password() -> String {
    let letters = Array("abcdefghijkmnpqrstuvwxyz23456789")
    return (0..<5).map { _ in String((0..<4).compactMap { _ in letters.randomElement() }) }.joined(separator: "-")
  }
}
