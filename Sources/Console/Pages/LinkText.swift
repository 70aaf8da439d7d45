/// Words that lead somewhere.
struct LinkText: Hashable, Sendable {
  let words: String
  /// Complete and percent-encoded.
  let href: String
}

/// One of several links, such as a tab.
struct TabText: Hashable, Sendable {
  let words: String
  let href: String
  let isCurrent: Bool
}

/// One of the choices of a form's list.
struct ChoiceText: Hashable, Sendable {
  let value: String
  let words: String
  let isSelected: Bool
}

/// A field of a form with what was typed, and what is wrong with it.
struct FieldText: Hashable, Sendable {
  let value: String
  let error: String?

  /// - Parameter errors: those of the whole form; the first of this field is taken.
  init(_ value: String, name: String, errors: [FieldError] = []) {
    self.value = value
    error = errors.first { $0.field == name }?.text
  }
}

/// A small mark: a state (`fresh`, `stale`, `withdrawn`) or an answer (`applies`, `undecided`, `does-not-apply`).
struct MarkText: Hashable, Sendable {
  let token: String
  let words: String
}

/// What stands in place of an empty list: why it is empty, and where to go.
struct EmptyText: Hashable, Sendable {
  let title: String
  let text: String
  let link: LinkText?
}
