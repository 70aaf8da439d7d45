import COpenSSL
import Primitives

/// The nonces of one sealing, after C2SP's XAES-256-GCM: a key for this sealing alone is derived from the first 12 random
/// bytes (NIST SP 800-108r1 with CMAC), and below it each value has the other 8 random bytes and its number. So 160 random
/// bits stand between two sealings under one key, and no counter has to survive a restored backup.
struct ExtendedNonce {
  /// Of what is stored, in bytes.
  static let length = 20
  static let derivingLength = 12

  private static let algorithm = CipherAlgorithm("AES-256-ECB")

  /// The key for the sealing that these 12 bytes name (C2SP XAES-256-GCM, "The derived key").
  /// - Throws: ``VaultError/noCryptography``.
  static func derivedKey(
    of key: UnsafeRawBufferPointer, for nonce: UnsafeRawBufferPointer
  ) throws(VaultError) -> SecretBytes {
    guard key.count == FieldCipher.keyLength, nonce.count == derivingLength, let cipher = algorithm.cipher,
      let context = EVP_CIPHER_CTX_new()
    else { throw .noCryptography }
    defer { EVP_CIPHER_CTX_free(context) }
    guard
      EVP_EncryptInit_ex(context, cipher, nil, key.assumingMemoryBound(to: UInt8.self).baseAddress, nil) == 1,
      EVP_CIPHER_CTX_set_padding(context, 0) == 1
    else { throw .noCryptography }
    var length: Int32 = 0
    var subkey = [UInt8](repeating: 0, count: 16)
    guard EVP_EncryptUpdate(context, &subkey, &length, [UInt8](repeating: 0, count: 16), 16) == 1 else {
      throw .noCryptography
    }
    double(&subkey)
    var blocks: [UInt8] = []
    for counter: UInt8 in [1, 2] { blocks += [0, counter, UInt8(ascii: "X"), 0] + nonce }
    for index in blocks.indices { blocks[index] ^= subkey[index % 16] }
    var isDone = false
    let derived = SecretBytes(count: FieldCipher.keyLength) { bytes in
      isDone =
        EVP_EncryptUpdate(
          context, bytes.assumingMemoryBound(to: UInt8.self).baseAddress, &length, blocks, Int32(blocks.count)) == 1
    }
    OPENSSL_cleanse(&subkey, subkey.count)
    guard isDone else { throw .noCryptography }
    return derived
  }

  /// Doubling in GF(2^128), as CMAC makes its subkeys (NIST SP 800-38B, section 6.1).
  private static func double(_ block: inout [UInt8]) {
    var carry: UInt8 = 0
    for index in block.indices.reversed() {
      let next = block[index] >> 7
      block[index] = block[index] << 1 | carry
      carry = next
    }
    // In constant time: the carry is the key's.
    block[block.count - 1] ^= 0x87 & (0 &- carry)
  }
}
