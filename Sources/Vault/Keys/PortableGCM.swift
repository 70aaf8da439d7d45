import COpenSSL

/// AES-256-GCM over OpenSSL's context.
struct PortableGCM: ~Copyable {
  private let context: OpaquePointer
  private let isSealing: Bool

  /// - Throws: ``VaultError/noCryptography``.
  init(_ key: UnsafeRawBufferPointer, _ direction: FieldCipher.Direction) throws(VaultError) {
    guard let cipher = Self.algorithm.cipher, let context = EVP_CIPHER_CTX_new() else { throw .noCryptography }
    let bytes = key.assumingMemoryBound(to: UInt8.self).baseAddress
    guard EVP_CipherInit_ex(context, cipher, nil, bytes, nil, direction == .sealing ? 1 : 0) == 1 else {
      EVP_CIPHER_CTX_free(context)
      throw .noCryptography
    }
    self.context = context
    isSealing = direction == .sealing
  }

  /// Overwrites the expanded key.
  deinit { EVP_CIPHER_CTX_free(context) }

  /// See ``FieldCipher/seal(_:nonce:authenticating:into:)``.
  func seal(
    _ plaintext: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let base = output.baseAddress else { return false }
    return begin(nonce, data) && update(plaintext, to: base.assumingMemoryBound(to: UInt8.self)) && finish()
      && EVP_CIPHER_CTX_ctrl(
        context, EVP_CTRL_AEAD_GET_TAG, Int32(FieldCipher.tagLength), base + plaintext.count) == 1
  }

  /// See ``FieldCipher/open(_:nonce:authenticating:into:)``.
  func open(
    _ sealed: UnsafeRawBufferPointer, nonce: UnsafeRawBufferPointer, authenticating data: UnsafeRawBufferPointer,
    into output: UnsafeMutableRawBufferPointer
  ) -> Bool {
    guard let base = sealed.baseAddress else { return false }
    let ciphertext = UnsafeRawBufferPointer(start: base, count: output.count)
    let tag = UnsafeMutableRawPointer(mutating: base + output.count)
    return begin(nonce, data) && update(ciphertext, to: output.assumingMemoryBound(to: UInt8.self).baseAddress)
      && EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, Int32(FieldCipher.tagLength), tag) == 1 && finish()
  }

  private func begin(_ nonce: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool {
    let bytes = nonce.assumingMemoryBound(to: UInt8.self).baseAddress
    guard EVP_CipherInit_ex(context, nil, nil, nil, bytes, isSealing ? 1 : 0) == 1 else { return false }
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
