extension RelyingParty {
  /// A console on the machine of whoever uses it, such as the demonstration: `https://localhost` with any port.
  public static let thisMachine = RelyingParty(id: "localhost", name: "Surety", origins: ["https://localhost"])

  /// The console at an address such as `https://surety.shop.example` or `https://surety.shop.example:8443`.
  /// - Returns: nil for anything else: no path, no user, a name and not a number, since passkeys are bound to names.
  public init?(address: String) {
    guard address.hasPrefix("https://"), address == address.lowercased() else { return nil }
    let parts = address.dropFirst("https://".count).split(separator: ":", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), let host = parts.first, Self.isName(host) else { return nil }
    if parts.count == 2 {
      guard let port = UInt16(parts[1]), port != 443, String(port) == parts[1] else { return nil }
    }
    self.init(id: String(host), name: "Surety", origins: [address])
  }

  private static func isName(_ host: Substring) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    guard host.utf8.count <= 253, labels.last?.allSatisfy(\.isNumber) == false else { return false }
    return labels.allSatisfy { label in
      (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
        && label.utf8.allSatisfy { (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d }
    }
  }
}
