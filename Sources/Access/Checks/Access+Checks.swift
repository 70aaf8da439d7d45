public import Obligations

extension Access {
  /// The checks by which this room looks at itself. Each has one target, the installation.
  public var checks: [any Check] {
    [
      MemberFactors(access: self), PasswordsKept(access: self), DormantMembers(access: self), PowersUsed(access: self),
      EmergenciesReviewed(access: self), SessionLimits(access: self),
    ]
  }
}
