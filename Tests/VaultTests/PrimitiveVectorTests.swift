import CSodium
import Crypto
import Foundation
import Primitives
import Testing

@testable import Vault

/// The published vectors of what the vault builds on, besides AES-256-GCM and XAES-256-GCM (KeyTests).
@Suite struct `Primitives that the vault uses` {
  private static func bytes(_ hexadecimal: String) throws -> [UInt8] {
    try #require(Hexadecimal.decode(Array(hexadecimal.utf8)))
  }

  @Test func `SHA-256 (FIPS 180-4)`() throws {
    #expect(
      Array(SHA256.hash(data: Array("abc".utf8)))
        == (try Self.bytes("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")))
  }

  @Test(arguments: [
    (
      "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    (
      "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
  ])
  func `HMAC-SHA-256 (RFC 4231)`(_ key: String, _ message: String, _ code: String) throws {
    let made = HMAC<SHA256>.authenticationCode(
      for: try Self.bytes(message), using: SymmetricKey(data: try Self.bytes(key)))
    #expect(Array(made) == (try Self.bytes(code)))
  }

  @Test func `HKDF-SHA-256 (RFC 5869, case 1)`() throws {
    let key = HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: [UInt8](repeating: 0x0b, count: 22)),
      salt: try Self.bytes("000102030405060708090a0b0c"), info: try Self.bytes("f0f1f2f3f4f5f6f7f8f9"),
      outputByteCount: 42)
    let expected = "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    #expect(key.withUnsafeBytes { Array($0) } == (try Self.bytes(expected)))
  }

  /// RFC 9106's own vector has a secret and lanes, which libsodium does not offer; this is the first of libsodium's.
  @Test func `Argon2id (libsodium's vectors)`() throws {
    let password = try Self.bytes(
      "a347ae92bce9f80f6f595a4480fc9c2fe7e7d7148d371e9487d75f5c23008ffae065577a928febd9b1973a5a95073acdbeb6a030cfc0d79c"
        + "aa2dc5cd011cef02c08da232d76d52dfbca38ca8dcbd665b17d1665f7cf5fe59772ec909733b24de97d6f58d220b20c60d7c07ec1fd93c52"
        + "c31020300c6c1facd77937a597c7a6")
    let salt = try Self.bytes("5541fbc995d5c197ba290346d2c559de")
    let expected = try Self.bytes(
      "18acec5d6507739f203d1f5d9f1d862f7c2cdac4f19d2bdff64487e60d969e3ced615337b9eec6ac4461c6ca07f0939741e57c24d0005c7e"
        + "a171a0ee1e7348249d135b38f222e4dad7b9a033ed83f5ca27277393e316582033c74affe2566a2bea47f91f0fd9fe49ece7e1f79f3ad6e9"
        + "b23e0277c8ecc4b313225748dd2a80f5679534a0700e246a79a49b3f74eb89ec6205fe1eeb941c73b1fcf1")
    var output = [UInt8](repeating: 0, count: 155)
    let secret = password.map { CChar(bitPattern: $0) }
    let status = crypto_pwhash_argon2id(
      &output, UInt64(output.count), secret, UInt64(secret.count), salt, 5, 7_256_678,
      crypto_pwhash_argon2id_ALG_ARGON2ID13)
    #expect(status == 0 && output == expected)
  }

  @Test func `Ed25519 (RFC 8032, test 1)`() throws {
    let verifier = RootVerifier.ed25519(
      try Self.bytes("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
    var signature = try Self.bytes(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        + "655141438e7a100b")
    #expect(verifier.isSignature(signature, of: []))
    signature[3] ^= 1
    #expect(!verifier.isSignature(signature, of: []))
    #expect(RootVerifier(verifier.text) == verifier)
  }

  @Test func `ECDSA on P-256 with SHA-256 (RFC 6979, A.2.5)`() throws {
    let verifier = RootVerifier.p256(
      try Self.bytes(
        "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb67903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f"
          + "5177a3c294d4462299"))
    let signature = try Self.bytes(
      "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff406"
        + "4dc4ab2f843acda8")
    #expect(verifier.isSignature(signature, of: Array("sample".utf8)))
    #expect(!verifier.isSignature(signature, of: Array("Sample".utf8)))
  }
}
