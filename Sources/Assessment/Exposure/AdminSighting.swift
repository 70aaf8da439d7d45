import Obligations

/// How a shop's admin panel looks from outside.
struct AdminSighting: Codable, Sendable {
  /// What answered at an address where admin panels are. Only a second factor that was seen is one, and only a password
  /// that nothing can follow is a password alone; between the two lies what nobody outside can see.
  enum Answer: String, Codable, Sendable {
    /// Nothing of a panel is to be seen there.
    case nothing
    /// Strangers are turned away, for whatever reason, before anything of a panel is shown.
    case guarded
    /// Led to another host, such as one that signs people in for many systems.
    case elsewhere
    /// HTTP's own sign-in (RFC 7617, RFC 7616), which is a password and cannot be more.
    case passwordOnly
    /// A form that asks for a password; what comes after it is not to be seen.
    case passwordForm
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
    /// The shop system whose panel it is, where it was recognised.
    var platform: String?
    /// Where that system asks for a second factor, where it is known.
    var factor: AdminPanel.SecondFactor?
  }

  /// Where something was.
  let places: [Place]
  let asked: Int
  /// Paths that gave no answer that could be read.
  let unanswered: [String]

  func verdict() -> Verdict {
    let findings = places.compactMap(\.finding)
    var unseen = places.compactMap(\.unseen)
    // That nothing was found at the usual places does not show that there is none.
    if places.isEmpty { unseen.append("Name the panel as adminPanel in the profile.") }
    unseen += unanswered.unansweredSentences(most: 10)
    let factor = places.first { $0.answer == .secondFactor }
    let summary =
      findings.max { $0.severity < $1.severity }?.seen
      ?? (places.isEmpty ? "No admin panel was found at \(asked) usual places." : unseen.first)
      ?? factor.map { "The admin panel at \($0.address) asks for a second factor beside the password." }
    return Verdict(summary: summary ?? "No admin panel was found.", findings: findings, unseen: unseen)
  }
}

extension AdminSighting.Place {
  fileprivate var finding: Finding? {
    switch answer {
    case .open: Finding("admin-open", .critical, seen: "The admin panel opens without a sign-in.", at: address)
    case .passwordOnly:
      Finding(
        "admin-without-second-factor", .high,
        seen:
          "The admin panel is behind a sign-in of HTTP itself (Basic or Digest), which takes a password and no more.",
        at: address)
    case .nothing, .guarded, .elsewhere, .passwordForm, .secondFactor, .unrecognised: nil
    }
  }

  /// What could not be seen here, and what to do about it.
  fileprivate var unseen: String? {
    switch answer {
    case .guarded:
      "\(address) turns strangers away. Whether those it lets in need a second factor cannot be seen from outside: "
        + "attest it."
    case .elsewhere:
      "\(address) leads to a sign-in elsewhere. Whether that asks for a second factor cannot be seen from outside: "
        + "attest it."
    case .passwordForm:
      "The form at \(address) asks for a password; what follows cannot be seen from outside\(known). Attest the second "
        + "factor; where there is none, put the panel behind a gateway that asks for one, and attest that."
    case .unrecognised:
      "The sign-in at \(address) was not recognised. Attest that it asks for a second factor."
    case .nothing, .open, .passwordOnly, .secondFactor: nil
    }
  }

  /// What is known of the shop system, in brackets.
  private var known: String {
    switch factor {
    case .nextPage: " (\(platform ?? "this system") can ask for a code there)"
    case .addOn: " (\(platform ?? "this system") asks for a second factor with an add-on only)"
    case nil: ""
    }
  }
}
