/// What a host says of https, on every step of the way to its page.
struct TransportSighting: Codable, Sendable {
  struct Hop: Codable, Hashable, Sendable {
    /// Without its query.
    let address: String
    let status: Int
    /// The first Strict-Transport-Security header, which is the one that browsers take (RFC 6797, section 8.1); nil
    /// where there is none.
    let header: String?
  }

  /// What was looked at because a header asks for preloading.
  struct Preload: Codable, Hashable, Sendable {
    /// What would be preloaded: the host without `www.`, over https.
    let base: Hop?
    /// Where the same host leads over http; nil where it was not asked.
    let plain: RedirectSighting?
    /// Why one of them was not seen.
    let unseen: [String]
  }

  /// Every answer on the way, the page's own last.
  let hops: [Hop]
  let preload: Preload?
}

extension TransportSighting {
  /// Where a host was met first on the way over https, and the last header that it gave.
  var hosts: [(first: Hop, header: String?)] {
    var hosts: [(host: String, first: Hop, header: String?)] = []
    for hop in hops {
      guard let address = try? WebAddress(hop.address), address.scheme == .https else { continue }
      if let known = hosts.firstIndex(where: { $0.host == address.host }) {
        hosts[known].header = hop.header ?? hosts[known].header
      } else {
        hosts.append((address.host, hop, hop.header))
      }
    }
    return hosts.map { ($0.first, $0.header) }
  }

  /// The worst status that a host without a header answered with.
  func status(ofHostAt hop: Hop) -> Int {
    let host = (try? WebAddress(hop.address))?.host
    return hops.filter { (try? WebAddress($0.address))?.host == host }.map(\.status).max() ?? hop.status
  }
}
