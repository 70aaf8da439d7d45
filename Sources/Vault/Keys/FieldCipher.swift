import COpenSSL

/// AES-256-GCM (NIST SP 800-38D), with a key that is expanded once for many values.
///
/// libsodium does it where the processor has instructions for it: of values as short as fields are it seals half again as many
/// as OpenSSL, which does it everywhere else. Both give the same bytes.
enum FieldCipher: ~Copyable {
  /// In bytes.
  static var keyLength: Int { 32 }
  static var nonceLength: Int { 12 }
  static var tagLength: Int { 16 }

  enum Direction { case sealing, opening }

  case accelerated(AcceleratedGCM)
  case portable(PortableGCM)

  /// - Throws: ``VaultError/noCryptography``.
  init(_ key: UnsafeRawBufferPointer, _ direction: Direction) throws(VaultError) {
    guard key.count == Self.keyLength else { throw .noCryptography }
    if AcceleratedGCM.isAvailable {
      self = .accelerated(try AcceleratedGCM(key))
    } else {
      self = .portable(try PortableGCM(key, direction))
    }
  }

  /// - Throws: ``VaultError/noCryptography``.
  init(_ key: SecretBytes, _ direction: Direction) throws(VaultError) {
    self = try key.withBytes { bytes throws(VaultError) in try FieldCipher(bytes, direction) }
  }

  /// Seals into `output`, which has room for just the ciphertext and its tag.
  /// - Returns: whether the library did it; where it did not, `output` is of no use.
  func seal(
    _ plaintext: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard nonce.count == Self.nonceLength, output.count == plaintext.count + Self.tagLength else { return false }
    switch self {
    case .accelerated(let cipher):
      return cipher.seal(plaintext, nonce: nonce, authenticating: data, into: output)
    case .portable(let cipher):
      return cipher.seal(plaintext, nonce: nonce, authenticating: data, into: output)
    }
  }

  /// Opens ciphertext with its tag behind it into `output`, which is as long as the plaintext.
  /// - Returns: whether it is genuine; where it is not, `output` is overwritten with zeros.
  func open(
    _ sealed: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard nonce.count == Self.nonceLength, sealed.count == output.count + Self.tagLength else { return false }
    let isGenuine: Bool
    switch self {
    case .accelerated(let cipher):
      isGenuine = cipher.open(sealed, nonce: nonce, authenticating: data, into: output)
    case .portable(let cipher):
      isGenuine = cipher.open(sealed, nonce: nonce, authenticating: data, into: output)
    }
    if !isGenuine { OPENSSL_cleanse(output.baseAddress, output.count) }
    return isGenuine
  }
}
