/// What a server answers to a ``ClientHello``, as far as it is in the clear.
struct ServerFlight: Hashable, Sendable {
  var version: TLSVersion?
  var suite: UInt16?
  /// The group of the key exchange.
  var group: UInt16?
  /// The length of the prime of a finite-field key exchange, in bits.
  var primeBits: Int?
  var hasStaple = false
  /// The certificates, in DER, where the version shows them.
  var certificates: [[UInt8]] = []
  /// The alert that ended it.
  var alert: UInt8?
  /// Whether the server has said all that it says before the client speaks again.
  var isComplete = false

  /// Reads what has arrived so far; nil when it is not TLS.
  /// - Complexity: O(bytes).
  init?(_ bytes: [UInt8]) {
    var reader = WireReader(bytes[...])
    var handshake: [UInt8] = []
    while reader.count >= 5 {
      guard let type = reader.take8(), let major = reader.take8(), reader.take8() != nil, let length = reader.take16(),
        (20...24).contains(type), major == 3, length <= 18_432
      else { return nil }
      guard let content = reader.take(Int(length)) else { break }
      // A warning, such as that a name is not known, ends nothing (RFC 5246, 7.2); a farewell does.
      if type == 21, content.count >= 2, content.first != 1 || content.last == 0 {
        alert = content.last
        isComplete = true
        break
      }
      if type == 22 { handshake += content }
      // After this the rest is encrypted.
      if type == 20 || type == 23 {
        isComplete = true
        break
      }
    }
    if let first = bytes.first, bytes.count < 5, ![21, 22].contains(first) { return nil }
    readMessages(handshake)
  }

  private mutating func readMessages(_ handshake: [UInt8]) {
    var reader = WireReader(handshake[...])
    while let type = reader.take8(), let length = reader.take24(), let body = reader.take(Int(length)) {
      switch type {
      case 2: readServerHello(WireReader(body))
      case 11: readCertificates(WireReader(body))
      case 12: readKeyExchange(WireReader(body))
      case 22: hasStaple = body.count > 4
      case 14: isComplete = true
      default: break
      }
    }
    // TLS 1.3 goes on encrypted after its first message.
    if version == .tls13 { isComplete = true }
  }

  private mutating func readServerHello(_ body: WireReader) {
    var reader = body
    guard let legacy = reader.take16(), reader.take(32) != nil, let session = reader.take8(),
      reader.take(Int(session)) != nil, let suite = reader.take16(), reader.take8() != nil
    else { return }
    self.suite = suite
    version = TLSVersion(rawValue: legacy)
    guard let length = reader.take16(), let extensions = reader.take(Int(length)) else { return }
    var list = WireReader(extensions)
    while let type = list.take16(), let length = list.take16(), let content = list.take(Int(length)) {
      var value = WireReader(content)
      if type == 43 { version = value.take16().flatMap { TLSVersion(rawValue: $0) } }
      if type == 51 { group = value.take16() }
    }
  }

  private mutating func readCertificates(_ body: WireReader) {
    var reader = body
    guard let total = reader.take24(), let list = reader.take(Int(total)) else { return }
    var certificatesReader = WireReader(list)
    while certificates.count < 16, let length = certificatesReader.take24(),
      let certificate = certificatesReader.take(Int(length))
    {
      certificates.append(Array(certificate))
    }
  }

  /// RFC 8422, 5.4 for curves; RFC 5246, 7.4.3 for primes.
  private mutating func readKeyExchange(_ body: WireReader) {
    guard let suite, let name = CipherSuite.named(suite)?.name else { return }
    var reader = body
    if name.hasPrefix("ECDH") {
      if reader.take8() == 3 { group = reader.take16() }
    } else if name.hasPrefix("DH"), let length = reader.take16(), let prime = reader.take(Int(length)) {
      let significant = prime.drop { $0 == 0 }
      primeBits = significant.first.map { significant.count * 8 - $0.leadingZeroBitCount } ?? 0
    }
  }
}

/// Takes numbers in network byte order; nil when too little is left.
struct WireReader {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  var count: Int { rest.count }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count <= rest.count else { return nil }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func take8() -> UInt8? { take(1)?.first }
  mutating func take16() -> UInt16? { take(2).map { $0.reduce(0) { $0 << 8 | UInt16($1) } } }
  mutating func take24() -> UInt32? { take(3).map { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}
