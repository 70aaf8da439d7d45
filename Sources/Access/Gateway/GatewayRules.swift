public import Obligations

/// Who may come to which part of the shop, as the operator writes it down.
///
///     console: https://surety.shop.example
///     hosts:
///       - host: admin.shop.example
///         origins: [http://10.0.0.5:8080]
///         rules:
///           - path: /admin/static
///             public: true
///           - path: /admin/customers
///             methods: [GET]
///             roles: [owner, support]
///             strength: phishing-resistant
///             fresh: 15
///           - path: /admin/*/export
///             exact: true
///             deny: true
///           - path: /admin
///             roles: [owner, support, engineer]
///
/// A path is meant with everything below it, unless it is `exact`; `*` stands for one segment. Of the rules of a host the
/// first whose path and method fit counts. Where none fits, and at other hosts, nobody passes. `address` (where the proxy
/// answers, if not at `https://` and the host) and `origins` (where the shop itself listens) are for the check that nobody
/// walks around.
public struct GatewayRules: Sendable {
  /// Where people sign in, such as `https://surety.shop.example`.
  public let console: String
  private let hosts: [String: [GatewayRule]]
  /// The guarded hosts, in the order of the file.
  public let places: [Place]

  /// A guarded host as it is looked at from outside.
  public struct Place: Sendable {
    public let host: String
    /// Where the proxy answers.
    public let address: String
    /// Paths that are closed to strangers.
    public let closedPaths: [String]
    /// Where the shop itself listens.
    public let origins: [String]
  }

  /// A file is no longer than YAML documents are in general, and a host has no more rules.
  private static let mostRules = 500

  /// Reads the rules.
  /// - Throws: `ObligationsError/malformed(file:line:reason:)`.
  public init(_ bytes: [UInt8], file: String, roles: RoleTable) throws(ObligationsError) {
    var root = try YAMLDocument(bytes, file: file).root.mapping()
    let address = try root.required("console")
    console = try address.text()
    guard RelyingParty(address: console) != nil || console.hasPrefix("https://localhost:") else {
      throw address.malformed("expected https:// and a name, such as https://surety.shop.example")
    }
    var hosts: [String: [GatewayRule]] = [:]
    var places: [Place] = []
    for item in try root.required("hosts").list() {
      var members = try item.mapping()
      let place = try members.required("host")
      let host = try place.text()
      guard Self.normalized(host: host) == host else {
        throw place.malformed("expected a name in small letters without a port, such as admin.shop.example")
      }
      let rules = try members.required("rules").list()
      guard (1...Self.mostRules).contains(rules.count) else {
        throw item.malformed("a host has 1 to \(Self.mostRules) rules")
      }
      var read: [GatewayRule] = []
      for rule in rules { read.append(try GatewayRule(rule, roles)) }
      guard hosts.updateValue(read, forKey: host) == nil else { throw place.malformed("\(host) is there twice") }
      places.append(
        Place(
          host: host, address: try members.optional("address").map(Self.origin) ?? "https://\(host)",
          closedPaths: read.compactMap(\.closedPath),
          origins: try members.optional("origins")?.list().map(Self.origin) ?? []))
      try members.finish()
    }
    try root.finish()
    self.hosts = hosts
    self.places = places
  }

  /// Scheme, host and perhaps port.
  private static func origin(_ value: YAMLValue) throws(ObligationsError) -> String {
    let text = try value.text()
    let rest = ["https://", "http://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) }
    guard let rest, normalized(host: rest) != nil || isNumeric(rest) else {
      throw value.malformed("expected https:// or http:// with a name or an address and perhaps a port")
    }
    return text
  }

  /// An IPv6 address in brackets, perhaps with a port; names and IPv4 are read as names.
  private static func isNumeric(_ text: Substring) -> Bool {
    guard text.hasPrefix("["), let end = text.firstIndex(of: "]") else { return false }
    let port = text[text.index(after: end)...]
    return text[..<end].dropFirst().utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x61...0x66).contains($0 | 0x20) || $0 == 0x3a || $0 == 0x2e
    }
      && (port.isEmpty || port.hasPrefix(":") && UInt16(port.dropFirst()) != nil)
  }

  /// The guarded hosts.
  public var guarded: [String] { hosts.keys.sorted() }

  /// What is said of a request.
  enum Ruling: Sendable {
    /// Anybody passes.
    case open
    /// Members pass who have what is demanded.
    case member(Resource.Demand, rule: Int)
    /// Nobody passes; `rule` is nil where none says so.
    case deny(reason: String, rule: Int?)
  }

  /// What the first rule says that fits; rules are counted from 1.
  /// - Parameter host: as ``normalized(host:)`` gives it.
  func ruling(on request: Gateway.Request, at host: String) -> Ruling {
    guard let rules = hosts[host] else { return .deny(reason: "host-not-guarded", rule: nil) }
    guard let path = GuardedPath(target: request.target) else { return .deny(reason: "path-ambiguous", rule: nil) }
    // Many shops take `get` for GET, so a rule for GET is about it too.
    let method = request.method.uppercased()
    guard (1...20).contains(method.utf8.count), method.utf8.allSatisfy({ (0x41...0x5a).contains($0) || $0 == 0x2d })
    else { return .deny(reason: "method-unusable", rule: nil) }
    guard let index = rules.firstIndex(where: { $0.isAbout(path, method, .loose) }) else {
      return .deny(reason: "no-rule", rule: nil)
    }
    // Whether the shop takes the one path for the other is not known here. It counts only what it also is by its bytes;
    // an earlier rule would have fitted loosely as well, so this is the first.
    guard rules[index].isAbout(path, method, .strict) else { return .deny(reason: "path-ambiguous", rule: nil) }
    switch rules[index].effect {
    case .open: return .open
    case .member(let demand): return .member(demand, rule: index + 1)
    case .nobody: return .deny(reason: "denied-by-rule", rule: index + 1)
    }
  }

  /// A host without its port, in small letters; nil for what is no name of a host.
  static func normalized(host: some StringProtocol) -> String? {
    // Before the small letters: those of some signs outside ASCII lie within it.
    guard host.utf8.allSatisfy({ $0 < 0x80 }) else { return nil }
    let name = host.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = name.first, (1...253).contains(first.utf8.count), !first.hasSuffix("."), !first.hasPrefix("."),
      first.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e })
    else { return nil }
    if name.count == 2, UInt16(name[1]) == nil || name[1].hasPrefix("+") { return nil }
    return String(first)
  }

  /// Whether people may be sent back to this path of this host after they signed in: one that the rules name, and a path
  /// that leads nowhere else.
  public func isReturnable(host: String, target: String) -> Bool {
    guard let name = Self.normalized(host: host), hosts[name] != nil else { return false }
    return target.utf8.count <= 2_000 && target.hasPrefix("/") && !target.hasPrefix("//")
      && target.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "\\") }
  }
}
