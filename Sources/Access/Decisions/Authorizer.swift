import Journal
public import Primitives

/// Decides whether somebody may do something. Callers give all that a policy could ask for and know nothing of how it is
/// decided, so that Cedar policies (principal, action, resource, context) can take the built-in table's place.
public protocol Authorizer: Sendable {
  /// Whatever is not permitted is denied.
  /// - Complexity: no waiting: what a decision needs is in the request.
  func decide(_ request: AccessRequest) -> AccessDecision
}

/// Who asks, for what, of what, and under which circumstances.
public struct AccessRequest: Sendable {
  public var principal: Principal
  public var action: Action
  public var resource: Resource
  public var context: AccessContext

  public init(principal: Principal, action: Action, resource: Resource, context: AccessContext) {
    self.principal = principal
    self.action = action
    self.resource = resource
    self.context = context
  }
}

/// A member, a machine with a key, or the operator.
public struct Principal: Hashable, Sendable {
  /// By which the journal names it, such as `member:ada`.
  public var name: String
  public var role: String
  /// Whether ``EmergencyAccess`` is open for it, which resources may admit as if it were a role.
  public var isInEmergency: Bool
  public var actions: Set<Action>

  public init(name: String, role: String, isInEmergency: Bool = false, actions: Set<Action>) {
    self.name = name
    self.role = role
    self.isInEmergency = isInEmergency
    self.actions = actions
  }

  /// Whoever may use the server's files: may do everything, and is named so in the journal.
  public static let `operator` = Principal(
    name: Entry.Author.operator.name, role: "operator", actions: Set(Action.allCases))

  public init(_ member: Member) {
    let kind = member.isMachine ? "key" : "member"
    self.init(
      name: "\(kind):\(member.name)", role: member.role.id, isInEmergency: member.emergency != nil,
      actions: member.actions)
  }
}

/// What is asked for.
public struct Resource: Hashable, Sendable {
  /// Such as `console` or `shop`.
  public var kind: String
  /// Such as a path.
  public var name: String
  /// What it demands besides the action.
  public var demand: Demand

  public init(kind: String, name: String, demand: Demand = Demand()) {
    self.kind = kind
    self.name = name
    self.demand = demand
  }

  /// What a resource demands of whoever comes near it.
  public struct Demand: Hashable, Sendable {
    /// Nil for every role that has the action.
    public var roles: Set<String>?
    public var strength: Strength
    /// Within which time a factor has to have been shown; nil where the sign-in suffices.
    public var fresh: Duration?

    public init(roles: Set<String>? = nil, strength: Strength = .twoFactor, fresh: Duration? = nil) {
      self.roles = roles
      self.strength = strength
      self.fresh = fresh
    }
  }
}

/// Under which circumstances it is asked.
public struct AccessContext: Hashable, Sendable {
  public var now: Instant
  public var strength: Strength
  /// When a factor was shown last.
  public var proven: Instant
  /// From which address.
  public var address: String
  /// From which device the session was opened.
  public var device: String
  /// Why customers' data is looked at; nil where none is.
  public var purpose: String?
  public var risk: Risk

  /// How much the circumstances speak against it.
  public enum Risk: Int, Comparable, Sendable {
    case usual, raised, high
    public static func < (left: Risk, right: Risk) -> Bool { left.rawValue < right.rawValue }
  }

  public init(
    now: Instant, strength: Strength, proven: Instant, address: String, device: String = "", purpose: String? = nil,
    risk: Risk = .usual
  ) {
    self.now = now
    self.strength = strength
    self.proven = proven
    self.address = address
    self.device = device
    self.purpose = purpose
    self.risk = risk
  }

  /// What a session says of its circumstances.
  public init(_ session: Session, at now: Instant, from address: String, purpose: String? = nil) {
    // Another network than the one it was opened from: asks for a fresh factor, no more, since phones roam.
    let risk: Risk = address == session.device.address ? .usual : .raised
    self.init(
      now: now, strength: session.strength, proven: session.proven, address: address, device: session.device.agent,
      purpose: purpose, risk: risk)
  }
}

/// What was decided, and why.
public enum AccessDecision: Hashable, Sendable {
  case permit
  case deny([Denial])

  public var isPermitted: Bool { self == .permit }

  /// Whether showing a factor again would change a denial.
  public var asksForProof: Bool {
    guard case .deny(let denials) = self else { return false }
    return denials.allSatisfy(\.isCuredByProof)
  }
}

/// Why something is denied.
public enum Denial: Hashable, Sendable {
  /// The role does not include the action.
  case action(Action)
  /// The resource is for other roles.
  case role(String)
  /// A stronger factor is needed.
  case strength(has: Strength, needs: Strength)
  /// The factor was shown too long ago.
  case age(limit: Duration)
  /// The circumstances speak against it.
  case risk

  /// A name that can stand in the ledger and in an answer.
  public var code: String {
    switch self {
    case .action: "action-not-in-role"
    case .role: "role-not-allowed"
    case .strength: "factor-too-weak"
    case .age: "factor-too-old"
    case .risk: "risk-too-high"
    }
  }

  /// Whether showing a factor would help.
  public var isCuredByProof: Bool {
    switch self {
    case .strength, .age, .risk: true
    case .action, .role: false
    }
  }
}

extension Denial: CustomStringConvertible {
  public var description: String {
    switch self {
    case .action(let action): "The role does not include \(action.rawValue)."
    case .role(let role): "This is not for the role \(role)."
    case .strength(_, let needs): "This needs a \(needs.name) factor."
    case .age(let limit): "This needs a factor that was shown within \(limit.components.seconds / 60) minutes."
    case .risk: "This is asked from elsewhere than the session was opened; show a factor again."
    }
  }
}
