import CSodium
import Storage

/// A password as it is stored: Argon2id with its parameters and salt in one string (RFC 9106, PHC format).
struct PasswordHash: Hashable, Sendable {
  let text: String

  /// What hashing costs: above what OWASP's password storage cheat sheet asks for (19 MiB, two passes).
  struct Cost: Hashable, Sendable {
    var passes: UInt64 = 2
    var memory = 64 * 1_048_576
  }

  /// No password may be longer, in bytes: hashing is work.
  static let longest = 1_024

  init(text: String) { self.text = text }

  /// Hashes a password, on a thread of its own.
  /// - Throws: ``AccessError/noRandomness`` when the library cannot start or memory is short.
  init(of password: String, cost: Cost = Cost()) async throws {
    text = try await BlockingWork.run {
      try Self.start()
      var buffer = [CChar](repeating: 0, count: Int(crypto_pwhash_argon2id_STRBYTES))
      let status = crypto_pwhash_argon2id_str(
        &buffer, password, UInt64(password.utf8.count), cost.passes, cost.memory)
      guard status == 0 else { throw AccessError.noRandomness }
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

  /// Whether it was made at another cost than the present one; then the next right sign-in replaces it.
  func isOutdated(for cost: Cost = Cost()) -> Bool {
    (try? Self.start()) != nil && crypto_pwhash_argon2id_str_needs_rehash(text, cost.passes, cost.memory) != 0
  }

  /// A hash that no password matches, so that an unknown name takes as long as a known one.
  static let nobody = PasswordHash(
    text: "$argon2id$v=19$m=65536,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")

  private static func start() throws(AccessError) {
    // Returns 1 when it was started before, and may be called from any thread.
    guard sodium_init() >= 0 else { throw .noRandomness }
  }
}
