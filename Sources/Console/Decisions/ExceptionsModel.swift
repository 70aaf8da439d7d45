import Obligations

/// What the list of exceptions shows.
struct ExceptionsModel: Sendable {
  static let path = "/exceptions"
  static let states = ["in force", "expired", "ended"]

  let summary: String
  /// Nil while there is nothing to choose from.
  let filter: DecisionFilter.FormText?
  let exceptions: [ExceptionText]
  let empty: EmptyText?

  init(_ book: EvidenceBook, by wanted: DecisionFilter) {
    let all = book.exceptions
    exceptions = all.filter { wanted.duty == nil || Self.duties(of: $0, in: book.catalogue).contains(wanted.duty) }
      .map { ExceptionText($0, in: book) }
      .filter { text in
        wanted.takes(
          state: text.state.words, duty: wanted.duty, [text.subject, text.title, text.reason, text.approver])
      }
    let count = all.count { $0.isInForce(at: book.now) }
    summary =
      wanted.isActive && !all.isEmpty
      ? "\(CountText.grouped(exceptions.count)) of \(CountText.words(all.count, "exception"))"
      : count > 0 ? "\(CountText.grouped(count)) in force" : all.isEmpty ? "None" : "None in force"
    filter = all.isEmpty ? nil : wanted.form(at: Self.path, states: Self.states, in: book.catalogue)
    empty = Self.empty(all.isEmpty, isShown: !exceptions.isEmpty)
  }

  /// The duties of which something is accepted.
  private static func duties(of exception: Exception, in catalogue: Catalogue) -> Set<Code<Duty>?> {
    let owners = catalogue.owners
    switch exception.subject {
    case .control(let control): return [owners[control]?.code]
    case .requirement(let code):
      return Set(catalogue.requirement(code)?.1.controls.map { owners[$0]?.code } ?? [])
    }
  }

  private static func empty(_ isEmpty: Bool, isShown: Bool) -> EmptyText? {
    guard !isShown else { return nil }
    return !isEmpty
      ? DecisionFilter.nothingMatches("exception", at: path)
      : EmptyText(
        title: "No exception was ever granted",
        text: "An exception accepts, with a reason and an end, that something is not met. It is offered on the page of "
          + "whatever is not met or unproven, and never hides what was seen.",
        link: LinkText(words: "See what is not met", href: "/obligations?standing=not-met"))
  }
}

/// What the page of an exception shows.
struct ExceptionModel: Sendable {
  let title: String
  let exception: ExceptionText
  let end: ConfirmText?
  /// Nil while it is not published.
  let entry: EntryText?

  /// - Parameter asked: what `?confirm=` is.
  init(_ exception: Exception, in book: EvidenceBook, entry: EntryText?, asked: String?) {
    let text = ExceptionText(exception, in: book)
    title = "Exception for \(text.subject)"
    self.exception = text
    self.entry = entry
    end = exception.isInForce(at: book.now) ? ConfirmText(on: text.href, step: "end", deed: "end", asked: asked) : nil
  }
}
