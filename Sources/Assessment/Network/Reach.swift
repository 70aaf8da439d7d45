import Foundation

/// Where checks may go. A name is looked up here and nowhere else, and connections are made to the very address that
/// was judged: a name whose address changes between the look and the connection gains nothing.
public struct Reach: Sendable {
  public enum Limit: Sendable {
    /// Only ordinary addresses of the public internet.
    case publicInternet
    /// Also private networks and this machine, for whoever checks a shop of their own there.
    case anywhere
  }

  /// Looks a name up.
  public typealias Lookup = @Sendable (_ host: String) async throws -> [IPAddress]

  private let limit: Limit
  private let exempt: Set<String>
  private let lookup: Lookup
  /// The longest that one answer is waited for; nil for as long as each visit allows.
  let patience: Duration?
  /// No host has more than four of our requests to answer at once.
  let turnstile = Turnstile(width: 4)

  /// - Parameter lookup: the system's resolver, unless a test brings its own.
  public init(_ limit: Limit, lookup: @escaping Lookup = Reach.systemLookup) {
    self.init(limit, except: [], lookup: lookup)
  }

  /// - Parameters:
  ///   - exempt: names of hosts that may be anywhere, whatever the limit.
  ///   - patience: the longest that one answer is waited for; nil for as long as each visit allows.
  init(_ limit: Limit, except exempt: Set<String>, patience: Duration? = nil, lookup: @escaping Lookup) {
    self.limit = limit
    self.exempt = exempt
    self.patience = patience
    self.lookup = lookup
  }

  /// The address to connect to.
  /// - Throws: ``AssessmentError/unresolved(host:reason:)`` or ``AssessmentError/notPublic(host:address:network:)``.
  public func address(of host: String) async throws -> IPAddress {
    if let number = IPAddress(host) { return try allowed([number], host) }
    let late = AssessmentError.unresolved(host: host, reason: "no answer in time")
    let lookup = lookup
    return try allowed(try await withTimeLimit(.seconds(8), orThrow: late) { try await lookup(host) }, host)
  }

  private func allowed(_ addresses: [IPAddress], _ host: String) throws(AssessmentError) -> IPAddress {
    guard let first = addresses.first else { throw .unresolved(host: host, reason: "no answer") }
    guard limit == .publicInternet, !exempt.contains(host) else { return first }
    // One address that is not public is reason enough: whoever names it alongside a public one means no good.
    for address in addresses {
      if let network = address.specialNetwork {
        throw .notPublic(host: host, address: "\(address)", network: network)
      }
    }
    return first
  }

  /// Asks the system, on a thread of its own, which whoever is cancelled does not wait for; IPv4 first, because more
  /// shops are reachable by it.
  public static let systemLookup: Lookup = { host in
    let answer = Promised<[IPAddress]>()
    Thread { answer.settle(Result { try resolve(host) }) }.start()
    return try await answer.value()
  }

  private static func resolve(_ host: String) throws(AssessmentError) -> [IPAddress] {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, nil, &hints, &list)
    guard status == 0 else { throw .unresolved(host: host, reason: String(cString: gai_strerror(status))) }
    defer { freeaddrinfo(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let info = next?.pointee {
      if let address = bytes(of: info), !addresses.contains(address) { addresses.append(address) }
      next = info.ai_next
    }
    return addresses.filter { $0.bytes.count == 4 } + addresses.filter { $0.bytes.count == 16 }
  }

  private static func bytes(of info: addrinfo) -> IPAddress? {
    switch info.ai_family {
    case AF_INET:
      info.ai_addr?.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin_addr) { IPAddress(bytes: Array($0)) }
      }
    case AF_INET6:
      info.ai_addr?.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin6_addr) { IPAddress(bytes: Array($0)) }
      }
    default: nil
    }
  }
}
