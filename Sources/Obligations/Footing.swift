import Primitives
import Synchronization

/// What a version of the profile means on a date: what applies, and where checks look.
struct Footing: Sendable {
  /// Nil while none was given; nothing is known of the platform then.
  let profile: Profile?
  let obligations: [Obligation]
  let targets: [Code<CheckName>: [String]]

  init(profile: Profile?, on date: CalendarDate, _ register: ObligationRegister) {
    self.profile = profile
    obligations = profile.map { Applicability(of: register.catalogue, to: $0, on: date).obligations } ?? []
    targets = Dictionary(
      register.checks.map { ($0.code, $0.targets(in: profile ?? .unknown)) }, uniquingKeysWith: { $1 })
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
