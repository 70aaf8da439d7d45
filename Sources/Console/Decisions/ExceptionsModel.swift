import Obligations

/// What the list of exceptions shows.
struct ExceptionsModel: Sendable {
  let summary: String
  let exceptions: [ExceptionText]
  let empty: EmptyText?

  init(_ book: EvidenceBook) {
    exceptions = book.exceptions.map { ExceptionText($0, in: book) }
    let count = book.exceptions.count { $0.isInForce(at: book.now) }
    summary =
      count > 0 ? "\(CountText.grouped(count)) in force" : book.exceptions.isEmpty ? "None" : "None in force"
    empty =
      book.exceptions.isEmpty
      ? EmptyText(
        title: "No exception was ever granted",
        text: "An exception accepts, with a reason and an end, that something is not met. It is offered on the page of "
          + "whatever is not met or unproven, and never hides what was seen.",
        link: LinkText(words: "See what is not met", href: "/obligations?standing=not-met")) : nil
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
