/// How far a look has come, for whoever watches.
public struct LookProgress: Hashable, Sendable {
  public enum Step: Hashable, Sendable {
    case began
    /// What it is doing, in a few words.
    case doing(String)
    /// It is over; what it saw is on record, or `couldNotCheck` when it could not be recorded.
    case ended(Outcome, summary: String)
  }

  public let check: Code<CheckName>
  public let target: String
  public let step: Step

  public init(check: Code<CheckName>, target: String, step: Step) {
    self.check = check
    self.target = target
    self.step = step
  }
}
