import Obligations
import Primitives

/// A change of how a duty or a requirement stands, as a row of a page.
struct ChangeText: Sendable {
  let code: String
  let title: String
  let href: String
  let was: StatusText
  let became: StatusText
  let reason: String
  let at: TimeText

  /// Changes, the newest first. What happened at once for one reason is told of the duties, and of requirements only
  /// where no duty changed with them.
  static func all(_ changes: [StandingChange], in catalogue: Catalogue, at now: Instant) -> [ChangeText] {
    func event(_ change: StandingChange) -> [String] { ["\(change.at.microseconds)", change.reason] }
    let told = Set(changes.filter { $0.subject.hasPrefix("duty:") }.map(event))
    return changes.compactMap { change -> ChangeText? in
      if change.subject.hasPrefix("duty:") {
        return catalogue.duty(Code(String(change.subject.dropFirst("duty:".count)))).map {
          ChangeText(change, code: $0.code.text, title: $0.title, href: $0.href, at: now)
        }
      }
      guard !told.contains(event(change)), case .requirement(let code)? = Exception.Subject(change.subject),
        let (framework, requirement) = catalogue.requirement(code)
      else { return nil }
      return ChangeText(
        change, code: "\(framework.short) \(requirement.clause)", title: requirement.text, href: requirement.href,
        at: now)
    }
  }

  private init(_ change: StandingChange, code: String, title: String, href: String, at now: Instant) {
    self.code = code
    self.title = title
    self.href = href
    was = StatusText(change.was)
    became = StatusText(change.became)
    reason = change.reason
    at = TimeText(change.at, asOf: now)
  }
}
