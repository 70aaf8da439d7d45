import Obligations
import Primitives

/// What the page of one check shows.
struct CheckModel: Sendable {
  struct About: Sendable {
    let code: String
    let title: String
    let interval: String
    let validity: String
  }

  /// A control that it looks at.
  struct ControlText: Sendable {
    let title: String
    let href: String
    let dutyCode: String
    let status: StatusText
  }

  /// So many observations a page has.
  static let rows = 20

  let check: About
  let targets: [TabText]
  /// Nil where there is no target.
  let look: LookText?
  let observations: [ObservationText]
  let range: String?
  let newerHref: String?
  let olderHref: String?
  let controls: [ControlText]
  let empty: EmptyText?

  /// - Parameters:
  ///   - item: the target that is shown; nil where there is none.
  ///   - slice: the observations of that target that are shown.
  init(_ check: any Check, item: CheckLook?, slice: ObservationSlice?, book: EvidenceBook) {
    let now = book.now
    self.check = About(
      code: check.code.text, title: check.title, interval: TimeText.span(check.interval.components.seconds),
      validity: TimeText.span(check.validity.components.seconds))
    let known = book.targets[check.code] ?? []
    // One that the profile does not name any more is shown as well, where somebody asks for what it was.
    let former = item.flatMap { known.contains($0.target) ? nil : $0.target }
    targets = (known + [former].compactMap(\.self)).map { target in
      TabText(words: target, href: CheckLook.href(check.code, at: target), isCurrent: target == item?.target)
    }
    look = item.map { LookText($0, row: 1, at: now) }
    observations = slice?.observations.map { ObservationText($0, at: now) } ?? []
    range = slice.flatMap { Self.range($0) }
    newerHref = slice.flatMap { slice in
      item.flatMap { slice.newer == 0 ? nil : Self.href($0, before: slice.newerBefore) }
    }
    olderHref = slice.flatMap { slice in
      guard let item, let last = slice.observations.last, slice.newer + Int64(slice.observations.count) < slice.count
      else { return nil }
      return Self.href(item, before: last.at)
    }
    controls = book.catalogue.duties.flatMap { duty in
      duty.controls.filter { $0.checks.contains(check.code) }.map { control in
        ControlText(
          title: control.title, href: duty.href(of: control.code), dutyCode: duty.code.text,
          status: book.statusText(of: control))
      }
    }
    empty = observations.isEmpty ? Self.empty(item) : nil
  }

  private static func href(_ item: CheckLook, before: Instant?) -> String {
    let href = CheckLook.href(item.check.code, at: item.target)
    return before.map { "\(href)&before=\($0.microseconds)" } ?? href
  }

  private static func range(_ slice: ObservationSlice) -> String? {
    guard !slice.observations.isEmpty else { return nil }
    let first = slice.newer + 1
    let last = slice.newer + Int64(slice.observations.count)
    return "\(CountText.grouped(first)) to \(CountText.grouped(last)) of \(CountText.grouped(slice.count))"
  }

  private static func empty(_ item: CheckLook?) -> EmptyText {
    guard item != nil else {
      return EmptyText(
        title: "Nothing to look at", text: "The profile names nothing that this check could look at.",
        link: LinkText(words: "Go to the profile", href: "/settings"))
    }
    return EmptyText(
      title: "It has not looked yet", text: "What it sees appears here, each time with the entry that records it.",
      link: nil)
  }
}
