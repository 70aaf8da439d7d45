/// Names under which something is signed in the journal, as pages show them.
enum AuthorText {
  /// A member's own name; `system` and `operator` as they are.
  static func name(_ author: String) -> String {
    author.hasPrefix("member:") ? String(author.dropFirst("member:".count)) : author
  }
}
