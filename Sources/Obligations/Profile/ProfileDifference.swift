public import Primitives

/// What another profile would change: what begins and stops to apply, and where checks would look.
public struct ProfileDifference: Sendable {
  /// What a check would look at, or no longer.
  public struct Target: Hashable, Sendable {
    public let target: String
    public let checks: [Code<CheckName>]
  }

  /// Obligations that would begin.
  public let begins: [Obligation]
  /// Requirements that apply now and would not any more, and why.
  public let ends: [Applicability.Inapplicable]
  /// What could not be decided any more, or not yet, and is not undecided for the same reason now.
  public let undecided: [Applicability.Undecided]
  public let targetsAdded: [Target]
  public let targetsRemoved: [Target]

  /// Compares two profiles on a date.
  /// - Parameter old: the one in force; nil while there is none.
  public init(
    from old: Profile?, to new: Profile, of catalogue: Catalogue, checks: [any Check], on date: CalendarDate
  ) {
    let now = old.map { Applicability(of: catalogue, to: $0, on: date) }
    let then = Applicability(of: catalogue, to: new, on: date)
    let bound = Set(now?.obligations.map(\.requirement.code) ?? [])
    let unclear = Dictionary(
      (now?.undecided ?? []).map { ($0.requirement.code, $0.missing) }, uniquingKeysWith: { $1 })
    begins = then.obligations.filter { !bound.contains($0.requirement.code) }
    ends =
      then.inapplicable.filter { bound.contains($0.requirement.code) }
      + then.undecided.filter { bound.contains($0.requirement.code) }.map {
        Applicability.Inapplicable(
          framework: $0.framework, requirement: $0.requirement,
          because: "It could not be said any more: the profile does not tell \($0.missing.joined(separator: ", ")).")
      }
    undecided = then.undecided.filter { unclear[$0.requirement.code] != $0.missing }
    let before = Self.looks(of: checks, in: old ?? .unknown)
    let after = Self.looks(of: checks, in: new)
    targetsAdded = Self.grouped(after.subtracting(before))
    targetsRemoved = Self.grouped(before.subtracting(after))
  }

  public var isEmpty: Bool {
    begins.isEmpty && ends.isEmpty && undecided.isEmpty && targetsAdded.isEmpty && targetsRemoved.isEmpty
  }

  private static func looks(of checks: [any Check], in profile: Profile) -> Set<ScheduledLook> {
    Set(checks.flatMap { check in check.targets(in: profile).map { ScheduledLook(check: check.code, target: $0) } })
  }

  private static func grouped(_ looks: Set<ScheduledLook>) -> [Target] {
    Dictionary(grouping: looks, by: \.target)
      .map { Target(target: $0.key, checks: $0.value.map(\.check).sorted()) }.sorted { $0.target < $1.target }
  }
}

extension ObligationRegister {
  /// What a profile would change if it were put in force. Nothing is.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``.
  public func difference(to yaml: String, file: String = "surety.yaml") async throws -> ProfileDifference {
    let profile = try Profile(yaml: Array(yaml.utf8), file: file)
    let now = surroundings.now()
    return ProfileDifference(
      from: try await self.profile()?.profile, to: profile, of: catalogue, checks: checks, on: CalendarDate(at: now))
  }
}
