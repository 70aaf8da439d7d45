/// The first message of a TLS handshake (RFC 5246, 7.4.1.2; RFC 8446, 4.1.2), made to ask a server what it would
/// choose. The handshake is never finished, so no key of ours is needed; what a server answers to it is in the clear.
struct ClientHello {
  var version: TLSVersion
  var suites: [CipherSuite]
  var groups: [KeyExchangeGroup]
  /// The server's name; nil where it is a number, which the extension does not know.
  var serverName: String?
  /// 32 bytes that nobody should be able to guess.
  var random: [UInt8]

  /// The hello in one record.
  var bytes: [UInt8] {
    var body = WireWriter()
    // TLS 1.3 says its version in an extension and keeps the field of 1.2.
    body.put16(min(version.rawValue, TLSVersion.tls12.rawValue))
    body.put(random)
    body.vector8 { $0.put(version == .tls13 ? random.reversed() : []) }
    body.vector16 { suites in
      for suite in self.suites { suites.put16(suite.code) }
      // Says that renegotiation is understood (RFC 5746), without which some servers refuse.
      if version != .tls13 { suites.put16(0x00FF) }
    }
    body.vector8 { $0.put([0]) }
    if version != .ssl3 { body.vector16 { putExtensions(&$0) } }
    var message = WireWriter()
    message.put([1])
    message.vector24 { $0.put(body.bytes) }
    var record = WireWriter()
    record.put([22])
    record.put16(version == .ssl3 ? 0x0300 : 0x0301)
    record.vector16 { $0.put(message.bytes) }
    return record.bytes
  }

  private func putExtensions(_ extensions: inout WireWriter) {
    if let serverName {
      extensions.put16(0)
      extensions.vector16 {
        $0.vector16 { names in
          names.put([0])
          names.vector16 { $0.put(Array(serverName.utf8)) }
        }
      }
    }
    extensions.put16(10)
    extensions.vector16 { $0.vector16 { list in for group in groups { list.put16(group.rawValue) } } }
    extensions.put16(11)
    extensions.vector16 { $0.vector8 { $0.put([0]) } }
    extensions.put16(13)
    extensions.vector16 { $0.vector16 { list in for scheme in Self.signatureSchemes { list.put16(scheme) } } }
    // Asks for a stapled answer about revocation (RFC 6066, section 8).
    extensions.put16(5)
    extensions.vector16 { $0.put([1, 0, 0, 0, 0]) }
    guard version == .tls13 else { return }
    extensions.put16(43)
    extensions.vector16 { $0.vector8 { $0.put16(TLSVersion.tls13.rawValue) } }
    // No share at all: the server names the group it would take in a HelloRetryRequest (RFC 8446, 4.2.8).
    extensions.put16(51)
    extensions.vector16 { $0.vector16 { _ in } }
  }

  /// ECDSA, RSA-PSS, Ed25519, Ed448, RSA PKCS#1, and SHA-1 for old servers.
  private static let signatureSchemes: [UInt16] = [
    0x0403, 0x0503, 0x0603, 0x0804, 0x0805, 0x0806, 0x0809, 0x080A, 0x080B, 0x0807, 0x0808, 0x0401, 0x0501, 0x0601,
    0x0203, 0x0201, 0x0202,
  ]
}

/// Appends numbers and length-prefixed vectors in network byte order.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ more: [UInt8]) { bytes += more }

  mutating func put16(_ value: UInt16) { bytes += [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }

  mutating func vector8(_ body: (inout WireWriter) -> Void) { vector(1, body) }
  mutating func vector16(_ body: (inout WireWriter) -> Void) { vector(2, body) }
  mutating func vector24(_ body: (inout WireWriter) -> Void) { vector(3, body) }

  private mutating func vector(_ width: Int, _ body: (inout WireWriter) -> Void) {
    var inner = WireWriter()
    body(&inner)
    for position in (0..<width).reversed() {
      bytes.append(UInt8(truncatingIfNeeded: inner.bytes.count >> (8 * position)))
    }
    bytes += inner.bytes
  }
}
