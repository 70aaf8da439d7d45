import Foundation

/// An IPv4 or IPv6 address as its bytes.
public struct IPAddress: Hashable, Sendable {
  /// Four or sixteen.
  public let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// Reads the usual text of an address; nil for a name.
  public init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      bytes = withUnsafeBytes(of: &four) { Array($0) }
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      bytes = withUnsafeBytes(of: &six) { Array($0) }
    } else {
      return nil
    }
  }

  /// What the address is for, where it is not an ordinary one of the public internet (IANA special-purpose registries,
  /// RFC 6890; and the one public number under which Azure serves its machines their settings); nil for those that are.
  public var specialNetwork: String? { bytes.count == 4 ? Self.specialFour(bytes) : Self.specialSix(bytes) }

  private static func specialFour(_ bytes: [UInt8]) -> String? {
    let networks: [(prefix: [UInt8], bits: Int, name: String)] = [
      ([0], 8, "the unspecified network"), ([10], 8, "a private network"), ([100, 64], 10, "a carrier's network"),
      ([127], 8, "this machine"), ([168, 63, 129, 16], 32, "the platform of Azure, which answers its machines"),
      ([169, 254], 16, "the link-local network, where clouds keep their metadata"),
      ([172, 16], 12, "a private network"), ([192, 0, 0], 24, "a reserved network"),
      ([192, 0, 2], 24, "a documentation network"), ([192, 88, 99], 24, "a reserved network"),
      ([192, 168], 16, "a private network"), ([198, 18], 15, "a benchmarking network"),
      ([198, 51, 100], 24, "a documentation network"), ([203, 0, 113], 24, "a documentation network"),
      ([224], 4, "a multicast network"), ([240], 4, "a reserved network"),
    ]
    return networks.first { matches(bytes, $0.prefix, $0.bits) }?.name
  }

  private static func specialSix(_ bytes: [UInt8]) -> String? {
    if bytes.dropLast().allSatisfy({ $0 == 0 }) {
      return bytes[15] == 1 ? "this machine" : "the unspecified network"
    }
    // An IPv4 address in IPv6's clothes is what it is underneath, but for the form that RFC 4291 gave up.
    for (prefix, offset) in embeddings where matches(bytes, prefix, prefix.count * 8) {
      return specialFour(Array(bytes[offset..<offset + 4]))
    }
    let networks: [(prefix: [UInt8], bits: Int, name: String)] = [
      ([0x01, 0x00, 0, 0, 0, 0, 0, 0], 64, "the discard network"), ([0xfc], 7, "a private network"),
      ([0xfe, 0x80], 10, "the link-local network"), ([0xfe, 0xc0], 10, "a private network"),
      ([0xff], 8, "a multicast network"), ([0x20, 0x01, 0x0d, 0xb8], 32, "a documentation network"),
      ([0x20, 0x01, 0x00], 23, "a reserved network"), ([0x3f, 0xff], 20, "a documentation network"),
      ([0x5f, 0x00], 16, "a reserved network"), ([0x00], 8, "a reserved network"),
    ]
    return networks.first { matches(bytes, $0.prefix, $0.bits) }?.name
  }

  /// IPv4-mapped, NAT64 and 6to4: the prefix, and where the IPv4 address stands.
  private static let embeddings: [(prefix: [UInt8], offset: Int)] = [
    ([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 12),
    ([0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 12), ([0x20, 0x02], 2),
  ]

  private static func matches(_ bytes: [UInt8], _ prefix: [UInt8], _ bits: Int) -> Bool {
    (0..<bits).allSatisfy { bit in
      let expected = bit / 8 < prefix.count ? prefix[bit / 8] : 0
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      return bytes[bit / 8] & mask == expected & mask
    }
  }
}

extension IPAddress: CustomStringConvertible {
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    _ = bytes.withUnsafeBytes { inet_ntop(family, $0.baseAddress, &text, socklen_t(text.count)) }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
