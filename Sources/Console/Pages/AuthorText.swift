/// Names under which something is signed in the journal, as pages show them.
enum AuthorText {
  /// A member's own name; what a program is called; `system` and `operator` as they are.
  static func name(_ author: String) -> String {
    if author.hasPrefix("member:") { return String(author.dropFirst("member:".count)) }
    return author.hasPrefix("key:") ? "the key \(author.dropFirst("key:".count))" : author
  }
}
