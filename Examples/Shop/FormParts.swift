/// Pieces of forms that several pages have.
enum FormParts {
  /// The hidden field that shows that a form is from this visit.
  static func token(_ visit: Visit) -> HTML {
    "<input type=\"hidden\" name=\"token\" value=\"\(visit.formToken)\">"
  }

  /// What went wrong, above a form; nothing when nothing did.
  static func problem(_ text: String?) -> HTML {
    guard let text else { return .empty }
    return "<p class=\"problem\" role=\"alert\">\(text)</p>"
  }

  /// A field with its label.
  /// - Parameter filling: what browsers fill it with (HTML, `autocomplete`).
  static func field(
    _ name: String, _ label: String, type: String = "text", filling: String, value: String = "", hint: String? = nil,
    most: Int = 200
  ) -> HTML {
    let note: HTML = hint.map { "<small id=\"\(name)-hint\">\($0)</small>" } ?? ""
    let described: HTML = hint == nil ? "" : " aria-describedby=\"\(name)-hint\""
    return """
      <p class="field"><label for="\(name)">\(label)</label>\(note)
      <input id="\(name)" name="\(name)" type="\(type)" autocomplete="\(filling)" value="\(value)" maxlength="\(most)"\
      \(described) required></p>
      """
  }

  static func button(_ words: String, quiet: Bool = false) -> HTML {
    quiet
      ? "<button class=\"quiet\" type=\"submit\">\(words)</button>" : "<button type=\"submit\">\(words)</button>"
  }
}
