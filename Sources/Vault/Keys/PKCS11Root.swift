import CPKCS11
import Crypto
import Foundation
import Primitives

/// A root key in a device that does not give it away (PKCS #11): an AES-256 key that wraps, a secret for MACs, and a key on
/// P-256 that signs, all made in the device and marked as not to be taken out.
public struct PKCS11Root: KeyProvider {
  public let rootName: String
  public let place: String
  public let custody = KeyCustody.device
  public let verifier: RootVerifier
  private let session: PKCS11Session

  /// The names of the three keys in the device.
  private static let (wrapping, authenticating, signing) = ("surety-wrap", "surety-mac", "surety-sign")
  private static let tagBits: UInt = 128

  /// Opens the keys.
  /// - Parameters:
  ///   - module: the path of the device's library.
  ///   - token: the label of the token.
  ///   - make: makes the keys where there are none; never replaces one.
  /// - Throws: ``VaultError/unusableRoot(place:reason:)``.
  public init(module: String, token: String, pin: SecretBytes, make: Bool = false) throws(VaultError) {
    session = try PKCS11Session(module: module, token: token, pin: pin)
    if make, try session.keys(Self.wrapping).isEmpty { try Self.make(in: session) }
    for name in [Self.wrapping, Self.authenticating] where try session.keys(name).count != 1 {
      throw .unusableRoot(
        place: module, reason: "the token \(token) is to have one key \(name); 'surety init' makes it in an empty one")
    }
    let point = try session.publicPoint(Self.signing)
    verifier = .p256(point)
    rootName = verifier.name
    place = "the token \(token) of the device \(module.split(separator: "/").last ?? "")"
  }

  private static func make(in session: PKCS11Session) throws(VaultError) {
    try session.makeSecret(authenticating, mechanism: UInt(CKM_GENERIC_SECRET_KEY_GEN), uses: [CKA_SIGN, CKA_VERIFY])
    try session.makeSigningKey(signing)
    // The last of the three: while it is missing, making is begun again.
    try session.makeSecret(wrapping, mechanism: UInt(CKM_AES_KEY_GEN), uses: [CKA_ENCRYPT, CKA_DECRYPT])
  }

  public func wrap(_ key: SecretBytes, for context: [UInt8]) throws(VaultError) -> [UInt8] {
    let nonce = Surroundings.system.randomBytes(FieldCipher.nonceLength)
    var plain = key.withBytes { Array($0) }
    defer { _ = SecretBytes(taking: &plain) }
    return nonce + (try crypt(plain, nonce: nonce, context, isSealing: true))
  }

  public func unwrap(_ wrapped: [UInt8], for context: [UInt8]) throws(VaultError) -> SecretBytes {
    guard wrapped.count > FieldCipher.nonceLength + FieldCipher.tagLength else { throw .damaged(what: "a wrapped key") }
    do {
      var plain = try crypt(
        Array(wrapped.dropFirst(FieldCipher.nonceLength)), nonce: Array(wrapped.prefix(FieldCipher.nonceLength)),
        context, isSealing: false)
      return SecretBytes(taking: &plain)
    } catch .unusableRoot(_, let reason) where reason.contains("open what it wrapped") {
      throw .damaged(what: "a wrapped key")
    }
  }

  private func crypt(
    _ input: [UInt8], nonce: [UInt8], _ context: [UInt8], isSealing: Bool
  ) throws(VaultError) -> [UInt8] {
    var (nonce, context) = (nonce, context)
    return try session.perform { (session: OpenSession) throws(VaultError) in
      let key = try session.key(Self.wrapping)
      var output: Result<[UInt8], VaultError> = .failure(.noCryptography)
      nonce.withUnsafeMutableBufferPointer { nonce in
        context.withUnsafeMutableBufferPointer { context in
          var parameters = CK_GCM_PARAMS()
          parameters.pIv = nonce.baseAddress
          parameters.ulIvLen = UInt(nonce.count)
          parameters.ulIvBits = UInt(nonce.count * 8)
          parameters.pAAD = context.baseAddress
          parameters.ulAADLen = UInt(context.count)
          parameters.ulTagBits = Self.tagBits
          output = withUnsafeMutablePointer(to: &parameters) { parameters in
            var mechanism = CK_MECHANISM(
              mechanism: UInt(CKM_AES_GCM), pParameter: UnsafeMutableRawPointer(parameters),
              ulParameterLen: UInt(MemoryLayout<CK_GCM_PARAMS>.size))
            return session.crypt(input, &mechanism, key, isSealing: isSealing)
          }
        }
      }
      return try output.get()
    }
  }

  public func mac(_ message: [UInt8]) throws(VaultError) -> SecretBytes {
    var code = try session.perform { (session: OpenSession) throws(VaultError) in
      try session.sign(
        message, mechanism: UInt(CKM_SHA256_HMAC), with: try session.key(Self.authenticating), length: 32)
    }
    return SecretBytes(taking: &code)
  }

  public func sign(_ message: [UInt8]) throws(VaultError) -> [UInt8] {
    let digest = Array(SHA256.hash(data: message))
    return try session.perform { (session: OpenSession) throws(VaultError) in
      let key = try session.key(Self.signing, kind: UInt(CKO_PRIVATE_KEY))
      return try session.sign(digest, mechanism: UInt(CKM_ECDSA), with: key, length: 64)
    }
  }
}
