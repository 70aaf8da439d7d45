import COpenSSL

/// AES-256-GCM (NIST SP 800-38D) over OpenSSL's context, so that a key is expanded once for many values.
struct FieldCipher: ~Copyable {
  /// In bytes.
  static let keyLength = 32
  static let nonceLength = 12
  static let tagLength = 16

  enum Direction { case sealing, opening }

  private let context: OpaquePointer
  private let isSealing: Bool

  /// - Throws: ``VaultError/noCryptography``.
  init(_ key: UnsafeRawBufferPointer, _ direction: Direction) throws(VaultError) {
    context = try Self.context(key, direction)
    isSealing = direction == .sealing
  }

  /// - Throws: ``VaultError/noCryptography``.
  init(_ key: SecretBytes, _ direction: Direction) throws(VaultError) {
    context = try key.withBytes { bytes throws(VaultError) in try Self.context(bytes, direction) }
    isSealing = direction == .sealing
  }

  private static func context(
    _ key: UnsafeRawBufferPointer, _ direction: Direction
  ) throws(VaultError) -> OpaquePointer {
    guard key.count == keyLength, let cipher = algorithm.cipher, let context = EVP_CIPHER_CTX_new() else {
      throw .noCryptography
    }
    let bytes = key.assumingMemoryBound(to: UInt8.self).baseAddress
    guard EVP_CipherInit_ex(context, cipher, nil, bytes, nil, direction == .sealing ? 1 : 0) == 1 else {
      EVP_CIPHER_CTX_free(context)
      throw .noCryptography
    }
    return context
  }

  /// Overwrites the expanded key.
  deinit { EVP_CIPHER_CTX_free(context) }

  /// Appends the ciphertext and its tag.
  /// - Returns: whether the library did it; where it did not, `output` is of no use.
  func seal(
    _ plaintext: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: inout [UInt8]
  ) -> Bool {
    let start = output.count
    output += [UInt8](repeating: 0, count: plaintext.count + Self.tagLength)
    return output.withUnsafeMutableBytes { bytes in
      let target = bytes.baseAddress.map { ($0 + start).assumingMemoryBound(to: UInt8.self) }
      return begin(nonce, data) && update(plaintext, to: target) && finish()
        && EVP_CIPHER_CTX_ctrl(
          context, EVP_CTRL_AEAD_GET_TAG, Int32(Self.tagLength), target.map { $0 + plaintext.count }) == 1
    }
  }

  /// Opens ciphertext with its tag behind it into `output`, which is as long as the plaintext.
  /// - Returns: whether it is genuine; where it is not, `output` is overwritten with zeros.
  func open(
    _ sealed: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    let count = sealed.count - Self.tagLength
    guard count >= 0, output.count == count, let base = sealed.baseAddress else { return false }
    let tag = UnsafeMutableRawPointer(mutating: base + count)
    let isGenuine =
      begin(nonce, data)
      && update(
        UnsafeRawBufferPointer(start: base, count: count), to: output.assumingMemoryBound(to: UInt8.self).baseAddress)
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(Self.tagLength), tag) == 1 && finish()
    if !isGenuine { OPENSSL_cleanse(output.baseAddress, output.count) }
    return isGenuine
  }

  private func begin(_ nonce: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool {
    let bytes = nonce.assumingMemoryBound(to: UInt8.self).baseAddress
    guard nonce.count == Self.nonceLength,
      EVP_CipherInit_ex(context, nil, nil, nil, bytes, isSealing ? 1 : 0) == 1
    else { return false }
    return data.isEmpty || update(data, to: nil)
  }

  /// Feeds bytes; without a target they are authenticated only.
  private func update(_ bytes: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>?) -> Bool {
    guard !bytes.isEmpty else { return true }
    var length: Int32 = 0
    let source = bytes.assumingMemoryBound(to: UInt8.self).baseAddress
    return EVP_CipherUpdate(context, target, &length, source, Int32(bytes.count)) == 1
  }

  private func finish() -> Bool {
    // GCM writes nothing at its end.
    var (rest, length): (UInt64, Int32) = (0, 0)
    return withUnsafeMutableBytes(of: &rest) {
      EVP_CipherFinal_ex(context, $0.assumingMemoryBound(to: UInt8.self).baseAddress, &length) == 1
    }
  }

  private static let algorithm = CipherAlgorithm("AES-256-GCM")
}

/// An algorithm as the library provides it, looked up once: looking it up costs more than sealing a field.
///
/// `@unchecked Sendable`: the library counts its holders under a lock of its own and never changes it.
struct CipherAlgorithm: @unchecked Sendable {
  /// Nil when the library does not have it.
  let cipher: OpaquePointer?

  init(_ name: String) { cipher = EVP_CIPHER_fetch(nil, name, nil) }
}
