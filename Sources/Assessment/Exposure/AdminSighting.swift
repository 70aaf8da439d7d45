import Obligations

/// How a shop's admin panel looks from outside.
struct AdminSighting: Codable, Sendable {
  /// What answered at an address where admin panels are.
  enum Answer: String, Codable, Sendable {
    /// Nothing of a panel is to be seen there.
    case nothing
    /// Refused, or led to a sign-in elsewhere, before the panel itself was shown.
    case guarded
    /// A form that asks for a password and for nothing else.
    case passwordOnly
    /// A form that asks for a second factor too.
    case secondFactor
    /// The panel itself, without any sign-in.
    case open
    /// Something is there, but neither its sign-in nor its inside was recognised; a script may draw it.
    case unrecognised
  }

  struct Place: Codable, Hashable, Sendable {
    let address: String
    let answer: Answer
  }

  /// Where something was.
  let places: [Place]
  let asked: Int
  /// Paths that gave no answer that could be read.
  let unanswered: [String]

  func verdict() -> Verdict {
    var findings: [Finding] = []
    for place in places {
      switch place.answer {
      case .open:
        findings.append(
          Finding("admin-open", .critical, seen: "The admin panel opens without a sign-in.", at: place.address))
      case .passwordOnly:
        findings.append(
          Finding(
            "admin-without-second-factor", .high,
            seen: "Anybody reaches the admin panel's password form, and it asks for nothing more.", at: place.address))
      case .nothing, .guarded, .secondFactor, .unrecognised: break
      }
    }
    let guarded = places.first { $0.answer == .guarded || $0.answer == .secondFactor }
    var unseen = places.filter { $0.answer == .unrecognised }.map { "The sign-in at \($0.address) was not recognised." }
    // That nothing was found at the usual places does not show that there is none.
    if places.isEmpty { unseen.append("Name the panel as adminPanel in the profile.") }
    unseen += unanswered.prefix(10).map { "\($0) gave no readable answer." }
    let summary =
      guarded.map { "The admin panel at \($0.address) asks for more than a password." } ?? unseen.first
      ?? "No admin panel was found."
    return Verdict(
      summary: findings.max { $0.severity < $1.severity }?.seen
        ?? (places.isEmpty ? "No admin panel was found at \(asked) usual places." : summary),
      findings: findings, unseen: unseen)
  }
}
