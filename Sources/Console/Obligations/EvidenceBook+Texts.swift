import Obligations
import Primitives

/// How things stand, in words. A duty or requirement stands as the most urgent of its controls, so the time that its
/// words tell is that of the controls that make it stand like this.
extension EvidenceBook {
  func statusText(of duty: Duty) -> StatusText {
    statusText(status(of: duty), of: duty.controls)
  }

  func statusText(of requirement: Requirement) -> StatusText {
    statusText(status(of: requirement), of: requirement.controls.compactMap { catalogue.control($0) })
  }

  func statusText(of control: Control) -> StatusText { StatusText(status(of: control), at: now) }

  private func statusText(_ status: Status, of controls: [Control]) -> StatusText {
    let never = Instant(microseconds: .max)
    // None stands like the whole where an exception covers the whole only.
    let telling = controls.map { self.status(of: $0) }.filter { $0.standing == status.standing }
      .min { ($0.due ?? never) < ($1.due ?? never) }
    return StatusText(telling ?? status, at: now)
  }
}
