import Primitives

/// Decides by the table of roles, and by what action and resource demand.
public struct RoleAuthorizer: Authorizer {
  private let roles: RoleTable

  public init(_ roles: RoleTable) { self.roles = roles }

  public func decide(_ request: AccessRequest) -> AccessDecision {
    let (demand, context) = (request.resource.demand, request.context)
    var denials: [Denial] = []
    if !request.principal.actions.contains(request.action) { denials.append(.action(request.action)) }
    if let allowed = demand.roles, !allowed.contains(request.principal.role),
      !(request.principal.isInEmergency && allowed.contains(EmergencyAccess.role))
    {
      denials.append(.role(request.principal.role))
    }
    if context.strength < demand.strength { denials.append(.strength(has: context.strength, needs: demand.strength)) }
    let limits = [demand.fresh, roles.freshness(of: request.action)].compactMap(\.self)
    let age = context.now.since(context.proven)
    if let limit = limits.min(), age > limit { denials.append(.age(limit: limit)) }
    // What raises the risk is undone by a fresh factor, which only the person has.
    if context.risk > .usual, age > .seconds(300) { denials.append(.risk) }
    if context.risk == .high, context.strength < .phishingResistant { denials.append(.risk) }
    return denials.isEmpty ? .permit : .deny(denials)
  }
}
