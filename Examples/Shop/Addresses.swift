import Synchronization

/// Where the shop can be reached. The ports are known once both listeners are there.
final class Addresses: Sendable {
  private let ports = Mutex<(https: Int?, http: Int?)>((nil, nil))

  /// - Returns: both ports, when this was the one that was missing.
  func setHTTPS(_ port: Int) -> Shop.Ports? { set { $0.https = port } }

  /// - Returns: both ports, when this was the one that was missing.
  func setHTTP(_ port: Int) -> Shop.Ports? { set { $0.http = port } }

  private func set(_ change: (inout (https: Int?, http: Int?)) -> Void) -> Shop.Ports? {
    ports.withLock { ports in
      change(&ports)
      guard let https = ports.https, let http = ports.http else { return nil }
      return Shop.Ports(https: https, http: http)
    }
  }

  /// The names that the shop answers to, its usual one first.
  static let hosts = ["localhost", "127.0.0.1"]

  /// The part of an address before its path, for a host that the shop answers to; any other stands for the usual one.
  func secureOrigin(_ host: String = hosts[0]) -> String {
    Self.origin(
      "https", Self.hosts.contains(host) ? host : Self.hosts[0], ports.withLock { $0.https ?? 443 }, usual: 443)
  }

  func plainOrigin(_ host: String = hosts[0]) -> String {
    Self.origin("http", Self.hosts.contains(host) ? host : Self.hosts[0], ports.withLock { $0.http ?? 80 }, usual: 80)
  }

  /// The shop under its second name, which stands for somebody else's host.
  var partnerOrigin: String { secureOrigin(Self.hosts[1]) }

  private static func origin(_ scheme: String, _ host: String, _ port: Int, usual: Int) -> String {
    port == usual ? "\(scheme)://\(host)" : "\(scheme)://\(host):\(port)"
  }
}
