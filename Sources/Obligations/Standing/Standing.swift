public import Primitives

/// How something owed stands.
public enum Standing: String, Codable, CaseIterable, Comparable, Sendable {
  /// Fresh evidence shows it.
  case met
  /// It is not, and somebody has accepted that until a date.
  case excepted
  /// It is, and falls due again soon.
  case due
  /// There is no fresh evidence either way.
  case unproven
  /// Fresh evidence speaks against it, or it was due and is not done.
  case notMet

  private var urgency: Int {
    switch self {
    case .met: 0
    case .excepted: 1
    case .due: 2
    case .unproven: 3
    case .notMet: 4
    }
  }

  /// Sorted by how much it needs a person.
  public static func < (left: Standing, right: Standing) -> Bool { left.urgency < right.urgency }

  /// As people read it.
  public var words: String {
    switch self {
    case .met: "met"
    case .excepted: "excepted"
    case .due: "due"
    case .unproven: "unproven"
    case .notMet: "not met"
    }
  }
}

/// How a control, a duty or an obligation stands, and why.
public struct Status: Hashable, Sendable {
  public let standing: Standing
  /// How it would stand without an exception.
  public let underlying: Standing
  /// In sentences, the most urgent first; never empty.
  public let reasons: [String]
  /// When it falls due, or when the first of its evidence goes stale.
  public let due: Instant?

  /// Whatever is owed together stands as its most urgent part.
  static func combining(_ parts: [Status]) -> Status {
    let worst = parts.map(\.standing).max() ?? .unproven
    let reasons = parts.sorted { $1.standing < $0.standing }
      .filter { $0.standing == worst || $0.standing > .met }.flatMap(\.reasons)
    return Status(
      standing: worst, underlying: parts.map(\.underlying).max() ?? .unproven,
      reasons: reasons.isEmpty ? ["nothing is known of it"] : reasons.withoutRepeats,
      // Another part's date says nothing of what makes it stand as it does.
      due: parts.filter { $0.standing == worst }.compactMap(\.due).min())
  }

  /// With an exception in force: what is seen stays visible, what is decided is shown.
  func excepted(by exception: Exception?) -> Status {
    guard let exception, standing == .notMet || standing == .unproven else { return self }
    let reason = "Accepted by \(exception.approver) until \(CalendarDate(at: exception.ends)): \(exception.reason)"
    return Status(standing: .excepted, underlying: underlying, reasons: [reason] + reasons, due: exception.ends)
  }
}
