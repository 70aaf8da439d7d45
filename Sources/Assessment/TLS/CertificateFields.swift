import Crypto
import Primitives
import SwiftASN1
import X509

/// What stands in a certificate (RFC 5280, section 4.1). Read by hand, because the library refuses certificates with
/// keys that are too small to trust, and those have to be told apart from others.
struct CertificateFields: Sendable {
  private(set) var subject = ""
  private(set) var issuer = ""
  private(set) var dnsNames: [String] = []
  private(set) var addresses: [IPAddress] = []
  /// Seconds since the Unix epoch.
  private(set) var notBefore: Int64 = 0
  private(set) var notAfter: Int64 = 0
  private(set) var key = ""
  private(set) var keyBits: Int?
  private(set) var signature = ""
  /// SHA-256 of the DER bytes, in hexadecimal digits.
  let fingerprint: String

  /// Reads DER.
  /// - Throws: `ASN1Error`.
  init(_ bytes: [UInt8]) throws {
    fingerprint = Hexadecimal.encode(SHA256.hash(data: bytes))
    try DER.sequence(try DER.parse(bytes), identifier: .sequence) { nodes in
      try DER.sequence(try Self.expect(nodes.next()), identifier: .sequence) { try readBody(&$0) }
      signature = try Self.algorithm(&nodes).name
      _ = nodes.next()
    }
  }

  private mutating func readBody(_ nodes: inout ASN1NodeCollection.Iterator) throws {
    _ = try DER.optionalExplicitlyTagged(&nodes, tagNumber: 0, tagClass: .contextSpecific) { $0.encodedBytes.count }
    _ = nodes.next()
    _ = nodes.next()
    issuer = try Self.name(nodes.next())
    try DER.sequence(try Self.expect(nodes.next()), identifier: .sequence) { times in
      notBefore = try Self.seconds(times.next())
      notAfter = try Self.seconds(times.next())
    }
    subject = try Self.name(nodes.next())
    try DER.sequence(try Self.expect(nodes.next()), identifier: .sequence) { parts in
      let algorithm = try Self.algorithm(&parts)
      try readKey(algorithm, try ASN1BitString(derEncoded: &parts))
    }
    while let node = nodes.next() {
      guard node.identifier == ASN1Identifier(tagWithNumber: 3, tagClass: .contextSpecific),
        case .constructed(let content) = node.content
      else { continue }
      for list in content { try readExtensions(list) }
    }
  }

  private mutating func readKey(_ algorithm: (name: String, parameter: String?), _ bits: ASN1BitString) throws {
    switch algorithm.name {
    case "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10":
      key = "RSA"
      try DER.sequence(try DER.parse(Array(bits.bytes)), identifier: .sequence) { numbers in
        let modulus = try ArraySlice<UInt8>(derEncoded: &numbers).drop { $0 == 0 }
        keyBits = modulus.first.map { modulus.count * 8 - $0.leadingZeroBitCount } ?? 0
        while numbers.next() != nil {}
      }
    case "1.2.840.10045.2.1":
      // An uncompressed point is a byte and two coordinates, which are as long as the curve's field.
      let curve = algorithm.parameter ?? ""
      keyBits = Self.curves[curve]?.bits ?? (bits.bytes.count - 1) * 4
      key = Self.curves[curve]?.name ?? "elliptic curve \(curve)"
    case "1.3.101.112": key = "Ed25519"
    case "1.3.101.113": key = "Ed448"
    case "1.2.840.10040.4.1": key = "DSA"
    default: key = algorithm.name
    }
  }

  private mutating func readExtensions(_ list: ASN1Node) throws {
    try DER.sequence(list, identifier: .sequence) { extensions in
      while let item = extensions.next() {
        guard case .constructed(let parts) = item.content else { continue }
        let nodes = Array(parts)
        guard let first = nodes.first, let last = nodes.last,
          try ASN1ObjectIdentifier(derEncoded: first) == [2, 5, 29, 17]
        else { continue }
        try readNames(try ASN1OctetString(derEncoded: last).bytes)
      }
    }
  }

  private mutating func readNames(_ bytes: ArraySlice<UInt8>) throws {
    try DER.sequence(try DER.parse(bytes), identifier: .sequence) { names in
      while let name = names.next() {
        guard name.identifier.tagClass == .contextSpecific, case .primitive(let content) = name.content else {
          continue
        }
        switch name.identifier.tagNumber {
        case 2: dnsNames.append(String(decoding: content, as: UTF8.self).lowercased())
        case 7 where [4, 16].contains(content.count): addresses.append(IPAddress(bytes: Array(content)))
        default: break
        }
      }
    }
  }

  /// An algorithm's name, or its number where it has none here, and the name of its parameter.
  private static func algorithm(
    _ nodes: inout ASN1NodeCollection.Iterator
  ) throws -> (name: String, parameter: String?) {
    try DER.sequence(try expect(nodes.next()), identifier: .sequence) { parts in
      let number = "\(try ASN1ObjectIdentifier(derEncoded: &parts))"
      let parameter = parts.next().flatMap { try? ASN1ObjectIdentifier(derEncoded: $0) }.map { "\($0)" }
      while parts.next() != nil {}
      return (signatures[number] ?? number, parameter)
    }
  }

  private static func expect(_ node: ASN1Node?) throws -> ASN1Node {
    guard let node else { throw ASN1Error.invalidASN1Object(reason: "a part is missing") }
    return node
  }

  private static func name(_ node: ASN1Node?) throws -> String { "\(try DistinguishedName(derEncoded: expect(node)))" }

  private static func seconds(_ node: ASN1Node?) throws -> Int64 {
    let node = try expect(node)
    let parts: (year: Int, month: Int, day: Int, hours: Int, minutes: Int, seconds: Int)
    if node.identifier == .utcTime {
      let time = try UTCTime(derEncoded: node)
      parts = (time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    } else {
      let time = try GeneralizedTime(derEncoded: node)
      parts = (time.year, time.month, time.day, time.hours, time.minutes, time.seconds)
    }
    let date = CalendarDate(year: Int64(parts.year), month: Int64(parts.month), day: Int64(parts.day))
    guard let days = date.daysSinceEpoch else { throw ASN1Error.invalidASN1Object(reason: "no such day") }
    return days * 86_400 + Int64(parts.hours * 3_600 + parts.minutes * 60 + parts.seconds)
  }

  /// Whether it is for a host, as browsers judge it (RFC 9525): the subject's common name does not count.
  func isFor(_ host: String) -> Bool {
    if let address = IPAddress(host) { return addresses.contains(address) }
    let labels = host.hasSuffix(".") ? host.dropLast() : host[...]
    return dnsNames.contains { name in
      if name == labels { return true }
      guard name.hasPrefix("*."), let dot = labels.firstIndex(of: "."), dot > labels.startIndex else { return false }
      return name.dropFirst() == labels[dot...]
    }
  }

  private static let curves: [String: (name: String, bits: Int)] = [
    "1.2.840.10045.3.1.1": ("P-192", 192), "1.3.132.0.33": ("P-224", 224), "1.2.840.10045.3.1.7": ("P-256", 256),
    "1.3.132.0.34": ("P-384", 384), "1.3.132.0.35": ("P-521", 521), "1.3.132.0.10": ("secp256k1", 256),
  ]

  private static let signatures: [String: String] = [
    "1.2.840.113549.1.1.4": "RSA with MD5", "1.2.840.113549.1.1.5": "RSA with SHA-1",
    "1.3.14.3.2.29": "RSA with SHA-1", "1.2.840.10045.4.1": "ECDSA with SHA-1",
    "1.2.840.10040.4.3": "DSA with SHA-1", "1.2.840.113549.1.1.10": "RSA-PSS",
    "1.2.840.113549.1.1.11": "RSA with SHA-256", "1.2.840.113549.1.1.12": "RSA with SHA-384",
    "1.2.840.113549.1.1.13": "RSA with SHA-512", "1.2.840.10045.4.3.2": "ECDSA with SHA-256",
    "1.2.840.10045.4.3.3": "ECDSA with SHA-384", "1.2.840.10045.4.3.4": "ECDSA with SHA-512",
    "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
  ]
}
