import Crypto
import Primitives

/// The pieces of a file, sealed one by one as the values of a record are (see ``SealedRecord``). A piece authenticates
/// whose file it is of, its place, and whether it is the last, so that none can be exchanged or left out at the end.
struct SealedFile {
  /// Of plaintext, in bytes; only the last piece is shorter.
  static let pieceLength = 256 * 1_024
  /// No file is longer, in bytes.
  static let largest = 50 * 1_048_576

  /// 20 bytes, drawn anew for each file.
  let nonce: [UInt8]
  private let digest: [UInt8]
  private let derived: SecretBytes

  /// - Throws: ``VaultError/noCryptography``.
  init(
    _ file: Identifier<VaultFile>, of subject: Identifier<Subject>, on platform: String, nonce: [UInt8],
    keyVersion: Int64, under key: SecretBytes
  ) throws(VaultError) {
    var context = Array("surety-file-1\n\(platform)\n".utf8) + subject.bytes + file.bytes
    withUnsafeBytes(of: keyVersion.bigEndian) { context.append(contentsOf: $0) }
    try self.init(authenticating: context, nonce: nonce, under: key)
  }

  /// - Parameter context: what every piece authenticates, so that it opens nowhere else.
  /// - Throws: ``VaultError/noCryptography``, ``VaultError/damaged(what:)`` for a nonce of another length.
  init(authenticating context: [UInt8], nonce: [UInt8], under key: SecretBytes) throws(VaultError) {
    guard nonce.count == ExtendedNonce.length else { throw .damaged(what: "a file") }
    self.nonce = nonce
    digest = Array(SHA256.hash(data: context))
    let deriving = Array(nonce.prefix(ExtendedNonce.derivingLength))
    derived = try key.withBytes { key in
      deriving.withUnsafeBytes { nonce in
        Result { () throws(VaultError) in try ExtendedNonce.derivedKey(of: key, for: nonce) }
      }
    }.get()
  }

  private func frame(_ number: Int, isLast: Bool) -> (nonce: [UInt8], data: [UInt8]) {
    var nonce = Array(self.nonce.suffix(ExtendedNonce.length - ExtendedNonce.derivingLength))
    withUnsafeBytes(of: UInt32(number).bigEndian) { nonce.append(contentsOf: $0) }
    return (nonce, digest + [isLast ? 1 : 0])
  }

  func seal(_ piece: [UInt8], number: Int, isLast: Bool) throws(VaultError) -> [UInt8] {
    let (nonce, data) = frame(number, isLast: isLast)
    let cipher = try FieldCipher(derived, .sealing)
    var sealed = [UInt8](repeating: 0, count: piece.count + FieldCipher.tagLength)
    let isDone = sealed.withUnsafeMutableBytes { sealed in
      piece.withUnsafeBytes { piece in
        nonce.withUnsafeBytes { nonce in
          data.withUnsafeBytes { cipher.seal(piece, nonce: nonce, authenticating: $0, into: sealed) }
        }
      }
    }
    guard isDone else { throw .noCryptography }
    return sealed
  }

  func open(_ sealed: [UInt8], number: Int, isLast: Bool) throws(VaultError) -> [UInt8] {
    guard sealed.count >= FieldCipher.tagLength else { throw .damaged(what: "a file") }
    let (nonce, data) = frame(number, isLast: isLast)
    let cipher = try FieldCipher(derived, .opening)
    var piece = [UInt8](repeating: 0, count: sealed.count - FieldCipher.tagLength)
    let isGenuine = piece.withUnsafeMutableBytes { piece in
      sealed.withUnsafeBytes { sealed in
        nonce.withUnsafeBytes { nonce in
          data.withUnsafeBytes { cipher.open(sealed, nonce: nonce, authenticating: $0, into: piece) }
        }
      }
    }
    guard isGenuine else { throw .damaged(what: "a file") }
    return piece
  }
}
