import Obligations

/// Who may come to some paths of a host.
struct GatewayRule: Sendable {
  enum Effect: Sendable {
    /// Anybody passes, without a session.
    case open
    case member(Resource.Demand)
    case nobody
  }

  let pattern: PathPattern
  /// The path as it was written.
  private let path: String
  /// Nil for every method.
  let methods: Set<String>?
  let effect: Effect

  /// The methods that a rule may name (RFC 9110, section 9.1, without those that no shop answers; RFC 5789): a mistyped
  /// one would leave its path to a later rule.
  private static let known: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]

  init(_ item: YAMLValue, _ roles: RoleTable) throws(ObligationsError) {
    var members = try item.mapping()
    let place = try members.required("path")
    let isExact = try members.optional("exact")?.bool() ?? false
    guard let pattern = PathPattern(try place.text(), isExact: isExact) else {
      throw place.malformed("expected a plain path, such as /admin or /admin/*/edit")
    }
    self.pattern = pattern
    path = try place.text()
    methods = try members.optional("methods").map { value throws(ObligationsError) in try Self.methods(value) }
    let isPublic = try members.optional("public")?.bool() ?? false
    let isDenied = try members.optional("deny")?.bool() ?? false
    let demand = try Self.demand(&members, roles)
    try members.finish()
    guard !isPublic || !isDenied else { throw item.malformed("what is public is not denied") }
    guard !(isPublic || isDenied) || demand == Resource.Demand() else {
      throw item.malformed("what is \(isPublic ? "public" : "denied") demands nothing else")
    }
    guard isPublic || isDenied || demand.roles != nil else {
      throw item.malformed("'roles' is missing, or 'public: true', or 'deny: true'")
    }
    effect = isPublic ? .open : isDenied ? .nobody : .member(demand)
  }

  private static func methods(_ value: YAMLValue) throws(ObligationsError) -> Set<String> {
    var methods: Set<String> = []
    for item in try value.list() {
      let method = try item.text().uppercased()
      guard known.contains(method) else {
        throw item.malformed("expected one of \(known.sorted().joined(separator: ", "))")
      }
      methods.insert(method)
    }
    guard !methods.isEmpty else { throw value.malformed("expected a method at least; leave 'methods' out for all") }
    return methods
  }

  private static func demand(
    _ members: inout YAMLMapping, _ roles: RoleTable
  ) throws(ObligationsError) -> Resource.Demand {
    var demand = Resource.Demand()
    if let listed = try members.optional("roles")?.list() {
      var named: Set<String> = []
      for value in listed {
        let id = try value.text()
        guard roles[id] != nil || id == EmergencyAccess.role else {
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
    return demand
  }

  /// A path at which a stranger is stopped who asks with GET; nil where anybody passes, and for patterns with stars, which
  /// are no paths.
  var closedPath: String? {
    if case .open = effect { return nil }
    return path.contains("*") || methods?.contains("GET") == false ? nil : path
  }

  /// Whether a request is meant.
  /// - Parameter method: in capital letters.
  func isAbout(_ path: GuardedPath, _ method: String, _ comparison: PathPattern.Comparison) -> Bool {
    guard let methods else { return pattern.matches(path, comparison) }
    // Whoever asks for the head only learns what a GET would tell (RFC 9110, section 9.3.2).
    return (methods.contains(method) || method == "HEAD" && methods.contains("GET"))
      && pattern.matches(path, comparison)
  }
}
