import CSodium
import Storage

/// A password as it is stored: Argon2id with its parameters and salt in one string (RFC 9106, PHC format).
struct PasswordHash: Hashable, Sendable {
  let text: String

  /// Two passes over 64 MiB: above what OWASP's password storage cheat sheet asks for (19 MiB, two passes).
  private static let passes: UInt64 = 2
  private static let memory = 64 * 1_048_576
  /// No password may be longer, in bytes: hashing is work.
  static let longest = 1_024

  init(text: String) { self.text = text }

  /// Hashes a password, on a thread of its own.
  /// - Throws: ``ConsoleError/noRandomness`` when the library cannot start or memory is short.
  init(of password: String) async throws {
    text = try await BlockingWork.run {
      try Self.start()
      var buffer = [CChar](repeating: 0, count: Int(crypto_pwhash_argon2id_STRBYTES))
      let status = crypto_pwhash_argon2id_str(&buffer, password, UInt64(password.utf8.count), Self.passes, Self.memory)
      guard status == 0 else { throw ConsoleError.noRandomness }
      return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
  }

  /// Whether a password is the one that was hashed. The library compares in constant time.
  func matches(_ password: String) async throws -> Bool {
    guard password.utf8.count <= Self.longest else { return false }
    return try await BlockingWork.run {
      try Self.start()
      return crypto_pwhash_argon2id_str_verify(text, password, UInt64(password.utf8.count)) == 0
    }
  }

  /// A hash that no password matches, so that an unknown name takes as long as a known one.
  static let nobody = PasswordHash(
    text: "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")

  private static func start() throws(ConsoleError) {
    // Returns 1 when it was started before, and may be called from any thread.
    guard sodium_init() >= 0 else { throw .noRandomness }
  }
}
