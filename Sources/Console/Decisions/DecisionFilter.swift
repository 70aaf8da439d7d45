import Obligations

/// Which attestations or exceptions somebody wants to see. What is not known of the query is left out.
struct DecisionFilter: Sendable {
  /// Of an attestation or an exception, by the word that its mark has.
  let state: String?
  let duty: Code<Duty>?
  let search: SearchWords

  /// - Parameter states: those that there are.
  init(_ visit: Visit, states: [String], in catalogue: Catalogue) {
    let (state, duty) = (visit.query("state"), visit.query("duty"))
    self.state = states.first { Self.value($0) == state }
    self.duty = catalogue.duties.first { $0.code.text == duty }?.code
    search = SearchWords(visit.query("q"))
  }

  var isActive: Bool { state != nil || duty != nil || !search.isEmpty }

  func takes(state: String? = nil, duty: Code<Duty>?, _ texts: [String]) -> Bool {
    (self.state == nil || state == self.state) && (self.duty == nil || duty == self.duty) && search.occur(in: texts)
  }

  /// As it stands in an address.
  private static func value(_ state: String) -> String { state.replacing(" ", with: "-") }

  /// The form in which it is asked for.
  struct FormText: Sendable {
    let q: String
    let states: [ChoiceText]
    let duties: [ChoiceText]
    let isActive: Bool
    let clearHref: String
  }

  /// - Parameter path: of the list.
  func form(at path: String, states: [String], in catalogue: Catalogue) -> FormText {
    FormText(
      q: search.text,
      states: [ChoiceText(value: "", words: "Any state", isSelected: state == nil)]
        + states.map { ChoiceText(value: Self.value($0), words: $0, isSelected: $0 == state) },
      duties: [ChoiceText(value: "", words: "Any duty", isSelected: duty == nil)]
        + catalogue.duties.map {
          ChoiceText(value: $0.code.text, words: "\($0.code) \($0.title)", isSelected: $0.code == duty)
        }, isActive: isActive, clearHref: path)
  }

  /// What stands in place of a list in which nothing is like that.
  static func nothingMatches(_ what: String, at path: String) -> EmptyText {
    EmptyText(
      title: "Nothing matches", text: "No \(what) is like that. Clear the filter to see all of them.",
      link: LinkText(words: "Clear the filter", href: path))
  }
}
