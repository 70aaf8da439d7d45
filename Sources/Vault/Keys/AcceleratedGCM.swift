import COpenSSL
import CSodium

/// AES-256-GCM over libsodium, which has it for processors with instructions for it.
struct AcceleratedGCM: ~Copyable {
  /// Whether this processor has them.
  static let isAvailable = sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() == 1

  /// The expanded key.
  private let state: UnsafeMutablePointer<crypto_aead_aes256gcm_state>

  /// ``FieldCipher`` sees to it that it ``isAvailable``, and that the key has 32 bytes.
  /// - Throws: ``VaultError/noCryptography``.
  init(_ key: UnsafeRawBufferPointer) throws(VaultError) {
    guard let key = Self.bytes(key) else { throw .noCryptography }
    state = .allocate(capacity: 1)
    crypto_aead_aes256gcm_beforenm(state, key)
  }

  /// Overwrites the expanded key.
  deinit {
    OPENSSL_cleanse(state, MemoryLayout<crypto_aead_aes256gcm_state>.size)
    state.deallocate()
  }

  /// See ``FieldCipher/seal(_:nonce:authenticating:into:)``.
  func seal(
    _ plaintext: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let target = Self.bytes(output), let nonce = Self.bytes(nonce) else { return false }
    return crypto_aead_aes256gcm_encrypt_afternm(
      target, nil, Self.bytes(plaintext), UInt64(plaintext.count), Self.bytes(data), UInt64(data.count), nil, nonce,
      state) == 0
  }

  /// See ``FieldCipher/open(_:nonce:authenticating:into:)``.
  func open(
    _ sealed: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let source = Self.bytes(sealed), let nonce = Self.bytes(nonce) else { return false }
    return crypto_aead_aes256gcm_decrypt_afternm(
      Self.bytes(output), nil, nil, source, UInt64(sealed.count), Self.bytes(data), UInt64(data.count), nonce, state)
      == 0
  }

  private static func bytes(_ buffer: UnsafeRawBufferPointer) -> UnsafePointer<UInt8>? {
    buffer.assumingMemoryBound(to: UInt8.self).baseAddress
  }

  private static func bytes(_ buffer: UnsafeMutableRawBufferPointer) -> UnsafeMutablePointer<UInt8>? {
    buffer.assumingMemoryBound(to: UInt8.self).baseAddress
  }
}
