import Primitives

/// A key under another one: a random nonce, the sealed bytes and their tag (AES-256-GCM). The context is authenticated, so
/// that the key of one subject cannot stand in another's place.
enum SealedKey {
  /// - Throws: ``VaultError/noCryptography``.
  static func seal(
    _ key: SecretBytes, under outer: SecretBytes, for context: [UInt8], _ surroundings: Surroundings
  ) throws(VaultError) -> [UInt8] {
    try seal(key, with: FieldCipher(outer, .sealing), for: context, surroundings)
  }

  /// With a cipher whose key is expanded already.
  static func seal(
    _ key: SecretBytes, with cipher: borrowing FieldCipher, for context: [UInt8], _ surroundings: Surroundings
  ) throws(VaultError) -> [UInt8] {
    let nonce = surroundings.randomBytes(FieldCipher.nonceLength)
    var sealed = nonce + [UInt8](repeating: 0, count: key.count + FieldCipher.tagLength)
    let isDone = sealed.withUnsafeMutableBytes { sealed in
      let room = UnsafeMutableRawBufferPointer(rebasing: sealed[nonce.count...])
      return key.withBytes { bytes in
        nonce.withUnsafeBytes { nonce in
          context.withUnsafeBytes { cipher.seal(bytes, nonce: nonce, authenticating: $0, into: room) }
        }
      }
    }
    guard isDone else { throw .noCryptography }
    return sealed
  }

  /// - Throws: ``VaultError/damaged(what:)``, ``VaultError/noCryptography``.
  static func open(
    _ sealed: [UInt8], under outer: SecretBytes, for context: [UInt8]
  ) throws(VaultError) -> SecretBytes {
    try open(sealed, with: FieldCipher(outer, .opening), for: context)
  }

  /// With a cipher whose key is expanded already.
  static func open(
    _ sealed: [UInt8], with cipher: borrowing FieldCipher, for context: [UInt8]
  ) throws(VaultError) -> SecretBytes {
    let count = sealed.count - FieldCipher.nonceLength - FieldCipher.tagLength
    guard count > 0 else { throw .damaged(what: "a wrapped key") }
    var isGenuine = false
    let key = SecretBytes(count: count) { output in
      sealed.withUnsafeBytes { sealed in
        context.withUnsafeBytes { context in
          isGenuine = cipher.open(
            UnsafeRawBufferPointer(rebasing: sealed[FieldCipher.nonceLength...]),
            nonce: UnsafeRawBufferPointer(rebasing: sealed[..<FieldCipher.nonceLength]), authenticating: context,
            into: output)
        }
      }
    }
    guard isGenuine else { throw .damaged(what: "a wrapped key") }
    return key
  }
}
