public import Obligations

/// Who may come to which part of the shop, as the operator writes it down.
///
///     console: https://surety.shop.example
///     hosts:
///       - host: admin.shop.example
///         rules:
///           - path: /admin/static
///             public: true
///           - path: /admin/customers
///             methods: [GET]
///             roles: [owner, support]
///             strength: phishing-resistant
///             fresh: 15
///           - path: /admin
///             roles: [owner, support, engineer]
///
/// Of the rules of a host the first whose path and method fit counts. Where none fits, and at other hosts, nobody passes.
public struct GatewayRules: Sendable {
  /// One rule.
  struct Rule: Sendable {
    enum Effect: Sendable {
      /// Anybody passes, without a session.
      case open
      case member(Resource.Demand)
    }

    let path: GuardedPath
    /// Nil for every method.
    let methods: Set<String>?
    let effect: Effect
  }

  /// Where people sign in, such as `https://surety.shop.example`.
  public let console: String
  private let hosts: [String: [Rule]]

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
    var hosts: [String: [Rule]] = [:]
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
      var read: [Rule] = []
      for rule in rules { read.append(try Self.rule(rule, roles)) }
      guard hosts.updateValue(read, forKey: host) == nil else { throw place.malformed("\(host) is there twice") }
      try members.finish()
    }
    try root.finish()
    self.hosts = hosts
  }

  private static func rule(_ item: YAMLValue, _ roles: RoleTable) throws(ObligationsError) -> Rule {
    var members = try item.mapping()
    let place = try members.required("path")
    guard let path = GuardedPath(target: try place.text()) else {
      throw place.malformed("expected a plain path, such as /admin")
    }
    var methods: Set<String>?
    if let listed = try members.optional("methods")?.list() {
      methods = []
      for value in listed { methods?.insert(try value.text().uppercased()) }
    }
    let isPublic = try members.optional("public")?.bool() ?? false
    var demand = Resource.Demand()
    if let listed = try members.optional("roles")?.list() {
      var named: Set<String> = []
      for value in listed {
        let id = try value.text()
        guard roles[id] != nil else {
          throw value.malformed("there is no role \(id); there are \(roles.roles.map(\.id).joined(separator: ", "))")
        }
        named.insert(id)
      }
      demand.roles = named
    }
    if let value = members.optional("strength") {
      guard let strength = Strength(named: try value.text()) else {
        throw value.malformed("expected one of \(Strength.allCases.map(\.name).joined(separator: ", "))")
      }
      demand.strength = strength
    }
    if let value = members.optional("fresh") {
      let minutes = try value.number()
      guard (1...1_440).contains(minutes) else { throw value.malformed("expected 1 to 1440 minutes") }
      demand.fresh = .seconds(minutes * 60)
    }
    guard !isPublic || demand == Resource.Demand() else {
      throw item.malformed("what is public demands nothing else")
    }
    guard isPublic || demand.roles != nil else { throw item.malformed("'roles' is missing, or 'public: true'") }
    try members.finish()
    return Rule(path: path, methods: methods, effect: isPublic ? .open : .member(demand))
  }

  /// The guarded hosts.
  public var guarded: [String] { hosts.keys.sorted() }

  /// The first rule that fits, with its number from 1; nil where nobody passes.
  func rule(host: String, path: GuardedPath, method: String) -> (number: Int, rule: Rule)? {
    guard let rules = hosts[host] else { return nil }
    let fitting = rules.firstIndex { rule in
      rule.methods?.contains(method) ?? true && path.isWithin(rule.path)
    }
    return fitting.map { ($0 + 1, rules[$0]) }
  }

  /// A host without its port, in small letters; nil for what is no name of a host.
  static func normalized(host: some StringProtocol) -> String? {
    let name = host.lowercased().split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = name.first, (1...253).contains(first.utf8.count), !first.hasSuffix("."), !first.hasPrefix("."),
      first.utf8.allSatisfy({ (0x61...0x7a).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x2e })
    else { return nil }
    if name.count == 2, UInt16(name[1]) == nil { return nil }
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
