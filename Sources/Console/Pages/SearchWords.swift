/// What somebody searches for: words that must all occur, in any order, in upper or lower case.
struct SearchWords: Sendable {
  /// As it was typed.
  let text: String
  private let words: [String]

  init(_ text: String?) {
    self.text = text ?? ""
    words = self.text.lowercased().split(whereSeparator: \.isWhitespace).map { String($0) }
  }

  var isEmpty: Bool { words.isEmpty }

  /// Whether each word occurs in one of the texts.
  func occur(in texts: [String]) -> Bool {
    guard !isEmpty else { return true }
    let texts = texts.map { $0.lowercased() }
    return words.allSatisfy { word in texts.contains { $0.contains(word) } }
  }
}
