import Primitives

extension EvidenceBook {
  /// One piece of the evidence for a control, or the lack of it.
  private struct Part {
    let standing: Standing
    let reason: String
    /// When the evidence was gathered, and when it goes stale.
    var at: Instant?
    var expires: Instant?
    /// When a weakness was seen that nobody has looked at again in time.
    var lastFound: Instant?
  }

  /// How a control stands: rule 2 of the house, "could not look is never green", is carried out here.
  func judge(_ control: Control) -> Status {
    var parts = control.checks.flatMap { self.parts(of: $0, for: control) }
    // A statement stands in for what could not be looked at; it never outweighs what was seen, nor a weakness that was
    // seen after it was signed and is merely too old to count.
    if let attested = attestation(for: control), let signed = attested.at {
      parts.removeAll { $0.standing == .unproven && ($0.lastFound.map { $0 < signed } ?? true) }
      parts.append(attested)
    }
    if parts.isEmpty {
      let told = told(for: control).map { Part(standing: .unproven, reason: $0) }
      parts = [told, missing(control)].compactMap(\.self)
    }
    let worst = parts.map(\.standing).max() ?? .unproven
    let status = Status(
      standing: worst, underlying: worst, reasons: parts.filter { $0.standing == worst }.map(\.reason).withoutRepeats,
      due: parts.compactMap(\.expires).min())
    return recurring(status, control).excepted(by: exception(for: .control(control.code)))
  }

  private func parts(of check: Code<CheckName>, for control: Control) -> [Part] {
    guard let targets = targets[check] else {
      return [Part(standing: .unproven, reason: "\(check), which looks at it, is not at work here.")]
    }
    guard !targets.isEmpty else {
      let lack = control.needs ?? "the profile names nothing for it"
      return [Part(standing: .unproven, reason: "\(check) has nothing to look at: \(lack).")]
    }
    return targets.map { part(of: check, target: $0) }
  }

  private func part(of check: Code<CheckName>, target: String) -> Part {
    guard let look = looks[check]?[target] else {
      return Part(standing: .unproven, reason: "\(check) has not looked at \(target) yet.")
    }
    guard now < look.expires else {
      let date = CalendarDate(at: look.at)
      return Part(
        standing: .unproven, reason: "\(check) last looked at \(target) on \(date); that is stale.",
        lastFound: look.found)
    }
    switch look.verdict.outcome {
    case .satisfied:
      return Part(standing: .met, reason: "\(target): \(look.verdict.summary)", at: look.at, expires: look.expires)
    case .notSatisfied:
      return Part(standing: .notMet, reason: "\(target): \(look.verdict.summary)", at: look.at, expires: look.expires)
    case .couldNotCheck:
      return Part(
        standing: .unproven, reason: "\(check) could not look at \(target): \(look.verdict.summary)",
        lastFound: look.found)
    }
  }

  private func attestation(for control: Control) -> Part? {
    guard control.attestation != nil,
      let newest = attestations[control.code]?.filter({ $0.isFresh(at: now) }).max(by: { $0.signed < $1.signed })
    else { return nil }
    let reason = "Attested by \(newest.author) with \(newest.document.name), until \(CalendarDate(at: newest.expires))."
    return Part(standing: .met, reason: reason, at: newest.signed, expires: newest.expires)
  }

  private func missing(_ control: Control) -> Part {
    if let stale = attestations[control.code]?.filter({ $0.withdrawn == nil }).max(by: { $0.expires < $1.expires }) {
      let date = CalendarDate(at: stale.expires)
      return Part(standing: .unproven, reason: "\(control.title): the attestation of \(stale.author) ended on \(date).")
    }
    if let awaits = control.awaits {
      return Part(standing: .unproven, reason: "\(control.title): not proven yet. Will be proven by: \(awaits)")
    }
    return Part(standing: .unproven, reason: "\(control.title): nobody has attested it yet.")
  }

  /// Where evidence is owed at intervals: late is not met, and soon is due.
  private func recurring(_ status: Status, _ control: Control) -> Status {
    guard let (anchor, due) = interval(of: control) else { return status }
    let span = control.every.map { "\($0)" } ?? ""
    if due <= now {
      let when = "it was due on \(CalendarDate(at: due)), \(span) after \(CalendarDate(at: anchor))"
      let late =
        lastDone(control) == nil
        ? "\(control.title): nothing on record shows it, and \(when), when it began to be owed."
        : "\(control.title): \(when)."
      let seen = status.standing == .notMet ? status.reasons : []
      return Status(standing: .notMet, underlying: .notMet, reasons: seen + [late], due: due)
    }
    guard status.standing == .met else { return status }
    // The last quarter of the span, but no more than thirty days, is when people are told.
    let lead = min(due.since(anchor) / 4, .seconds(30 * 86_400))
    guard due.advanced(by: .zero - lead) <= now else {
      return Status(standing: .met, underlying: .met, reasons: status.reasons, due: due)
    }
    let soon = "\(control.title): it falls due on \(CalendarDate(at: due)), \(span) after \(CalendarDate(at: anchor))."
    return Status(standing: .due, underlying: .due, reasons: [soon], due: due)
  }

  /// From when a control that is owed at intervals counts, and when it falls due again; nil for a control that must
  /// simply hold. One that was never done counts from the day since when it is owed, unless nobody could have done it:
  /// there is nothing that looks at it, and no statement counts.
  func interval(of control: Control) -> (anchor: Instant, due: Instant)? {
    guard let every = control.every else { return nil }
    let isProvable = !control.checks.isEmpty || control.attestation != nil
    return (lastDone(control) ?? (isProvable ? owed[control.code] : nil)).map { ($0, every.after($0)) }
  }

  /// When a control that is owed at intervals was done last; nil while it never was. Evidence that has gone stale counts
  /// as well: it was done, once.
  private func lastDone(_ control: Control) -> Instant? {
    let attested = (attestations[control.code] ?? []).filter { $0.withdrawn == nil && $0.signed <= now }.map(\.signed)
    let due = control.checks.flatMap { check in (targets[check] ?? []).map { looks[check]?[$0] } }
    let looked = due.compactMap { $0?.verdict.outcome == .satisfied ? $0?.at : nil }
    // What was looked at last is what counts: a check that has more than one target is done when all were looked at.
    let allLooked = looked.count == due.count ? looked.min() : nil
    return [attested.max(), allLooked].compactMap(\.self).max()
  }
}
