import Crypto

/// Reads the module's own structures (TPM 2.0 Library, Part 2): numbers most significant byte first, buffers with their
/// size in two bytes before them.
private struct TPMReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func number(_ bytes: Int) -> UInt64? {
    guard rest.count >= bytes else { return nil }
    defer { rest = rest.dropFirst(bytes) }
    return rest.prefix(bytes).reduce(0) { $0 << 8 | UInt64($1) }
  }

  mutating func bytes(_ count: Int) -> [UInt8]? {
    guard rest.count >= count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }

  mutating func buffer() -> [UInt8]? { number(2).flatMap { bytes(Int($0)) } }
}

/// The hash algorithms by the module's numbers (TPM 2.0 Library, Part 2, section 6.3).
private enum TPMHash {
  static func hash(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8]? {
    switch number {
    case 0x000b: Array(SHA256.hash(data: bytes))
    case 0x000c: Array(SHA384.hash(data: bytes))
    case 0x000d: Array(SHA512.hash(data: bytes))
    default: nil
    }
  }
}

/// A key as the module describes it: TPMT_PUBLIC (section 12.2.4).
struct TPMPublicArea {
  private enum Key {
    case rsa(modulus: [UInt8], exponent: UInt64)
    case point(curve: UInt64, x: [UInt8], y: [UInt8])
  }

  private let key: Key
  /// Its name: the number of the hash, and the hash of the whole (Part 1, section 16).
  let name: [UInt8]

  init(_ statement: AttestationStatement) throws(PasskeyError) {
    let bytes = try statement.bytes("pubArea")
    var reader = TPMReader(bytes)
    guard let type = reader.number(2), let nameHash = reader.number(2), reader.number(4) != nil,
      reader.buffer() != nil, let digest = TPMHash.hash(nameHash, bytes), let key = Self.key(type, &reader),
      reader.isAtEnd
    else { throw statement.invalid("pubArea cannot be read") }
    self.key = key
    name = [UInt8(nameHash >> 8), UInt8(nameHash & 255)] + digest
  }

  private static func key(_ type: UInt64, _ reader: inout TPMReader) -> Key? {
    // A key for signing has no symmetric algorithm: its number alone stands there.
    guard let symmetric = reader.number(2), symmetric == 0x0010, let scheme = reader.number(2) else { return nil }
    if scheme != 0x0010, reader.number(2) == nil { return nil }
    switch type {
    case 0x0001:
      guard reader.number(2) != nil, let exponent = reader.number(4), let modulus = reader.buffer() else { return nil }
      return .rsa(modulus: modulus, exponent: exponent == 0 ? 65_537 : exponent)
    case 0x0023:
      guard let curve = reader.number(2), let derivation = reader.number(2), derivation == 0x0010,
        let x = reader.buffer(), let y = reader.buffer()
      else { return nil }
      return .point(curve: curve, x: x, y: y)
    default: return nil
    }
  }

  /// Whether it describes a credential's key.
  func isKey(of credential: COSEKey) -> Bool {
    guard let value = try? CBOR(parsing: credential.bytes) else { return false }
    switch key {
    case .rsa(let modulus, let exponent):
      guard case .rsa = credential.key, let n = value[-1]?.bytes, let e = value[-2]?.bytes else { return false }
      return n == modulus && e.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } == exponent
    case .point(let curve, let x, let y):
      let curves: [UInt64: Int64] = [0x0003: 1, 0x0004: 2, 0x0005: 3]
      return value[-1]?.integer == curves[curve] && value[-2]?.bytes == x && value[-3]?.bytes == y
    }
  }
}

/// What the module certifies: TPMS_ATTEST with a TPMS_CERTIFY_INFO (sections 10.12.8 and 10.12.3).
struct TPMCertification {
  private let extraData: [UInt8]
  private let name: [UInt8]

  init(_ statement: AttestationStatement) throws(PasskeyError) {
    var reader = TPMReader(try statement.bytes("certInfo"))
    guard reader.number(4) == 0xff54_4347 else { throw statement.invalid("certInfo was not made by a module") }
    guard reader.number(2) == 0x8017 else { throw statement.invalid("certInfo does not certify a key") }
    // Signer, extra data, clock (17 bytes), firmware, the name, the qualified name.
    guard reader.buffer() != nil, let extraData = reader.buffer(), reader.bytes(17) != nil, reader.number(8) != nil,
      let name = reader.buffer(), reader.buffer() != nil, reader.isAtEnd
    else { throw statement.invalid("certInfo cannot be read") }
    self.extraData = extraData
    self.name = name
  }

  func expect(_ area: TPMPublicArea, for statement: AttestationStatement) throws(PasskeyError) {
    guard let digest = Self.digest(statement.signedBytes, of: statement.members["alg"]?.integer) else {
      throw .unsupportedAlgorithm(statement.members["alg"]?.integer ?? 0)
    }
    guard extraData == digest else { throw statement.invalid("certInfo was made for another registration") }
    guard name == area.name else { throw statement.invalid("certInfo certifies another key") }
  }

  /// By the hash that belongs to the signature's algorithm.
  private static func digest(_ bytes: [UInt8], of algorithm: Int64?) -> [UInt8]? {
    switch algorithm {
    case -7, -257: Array(SHA256.hash(data: bytes))
    case -35, -258: Array(SHA384.hash(data: bytes))
    case -36, -259: Array(SHA512.hash(data: bytes))
    case -65_535: Array(Insecure.SHA1.hash(data: bytes))
    default: nil
    }
  }
}
