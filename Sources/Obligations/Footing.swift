import Primitives
import Synchronization

/// What a version of the profile means on a date: what applies, and where checks look.
struct Footing: Sendable {
  /// Nil while none was given; nothing is known of the platform then.
  let profile: Profile?
  let obligations: [Obligation]
  let targets: [Code<CheckName>: [String]]
  /// The first day on which an obligation that names the control is in force.
  private let lawful: [Code<Control>: CalendarDate]

  init(profile: Profile?, on date: CalendarDate, _ register: ObligationRegister) {
    self.profile = profile
    obligations = profile.map { Applicability(of: register.catalogue, to: $0, on: date).obligations } ?? []
    targets = Dictionary(
      register.checks.map { ($0.code, $0.targets(in: profile ?? .unknown)) }, uniquingKeysWith: { $1 })
    lawful = Dictionary(
      obligations.map(\.requirement).flatMap { requirement in
        requirement.controls.map { ($0, requirement.effective) }
      }, uniquingKeysWith: min)
  }

  /// Since when each control is owed: from its law on, but not before the platform first said what it is.
  /// - Parameter began: when the first profile was put in force.
  func owed(since began: Instant?) -> [Code<Control>: Instant] {
    guard let began else { return [:] }
    return lawful.mapValues { max($0.start, began) }
  }
}

/// Works each footing out once, since every look that is recorded asks for it.
///
/// It goes by the text of the profile: the number of a version that was rolled back is given again.
final class FootingCache: Sendable {
  private let last = Mutex<(yaml: String?, date: CalendarDate, footing: Footing)?>(nil)

  func footing(of register: ObligationRegister, yaml: String?, on date: CalendarDate) throws -> Footing {
    if let known = last.withLock({ $0 }), known.yaml == yaml, known.date == date { return known.footing }
    let profile = try yaml.map { try Profile(yaml: Array($0.utf8), file: "surety.yaml") }
    let footing = Footing(profile: profile, on: date, register)
    last.withLock { $0 = (yaml, date, footing) }
    return footing
  }
}
