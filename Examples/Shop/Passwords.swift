import Crypto
import Foundation
import NIOPosix
import _CryptoExtras

/// Passwords are kept as what PBKDF2 makes of them, each with a salt of its own.
struct Passwords: Sendable {
  struct Kept: Sendable {
    let salt: [UInt8]
    let hash: [UInt8]
  }

  /// OWASP's number for HMAC-SHA-256.
  private static let rounds = 600_000

  /// In characters.
  static let lengths = 12...128

  func keep(_ password: String) async throws -> Kept {
    let salt = ShopSecrets.random(16)
    return Kept(salt: salt, hash: try await derive(password, salt))
  }

  /// Whether the password is the one that was kept. Without one the work is done all the same, so that nobody learns
  /// from the time it takes who has an account.
  func matches(_ password: String, _ kept: Kept?) async throws -> Bool {
    let hash = try await derive(password, kept?.salt ?? Array(repeating: 0, count: 16))
    guard let kept else { return false }
    return Self.isSame(hash, kept.hash)
  }

  /// Compares in a time that does not depend on where the difference is.
  static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
  }

  /// A tenth of a second of work, so it is done where nobody waits for the thread.
  private func derive(_ password: String, _ salt: [UInt8]) async throws -> [UInt8] {
    try await NIOThreadPool.singleton.runIfActive {
      let key = try KDF.Insecure.PBKDF2.deriveKey(
        from: Array(password.utf8), salt: salt, using: .sha256, outputByteCount: 32, rounds: Self.rounds)
      return key.withUnsafeBytes { Array($0) }
    }
  }
}
