extension Array where Element == String {
  /// A sentence for each path that gave no answer, and one for those beyond `most`, so that none is left out without a
  /// word.
  func unansweredSentences(most: Int) -> [String] {
    let rest = count - most
    return prefix(most).map { "\($0) gave no readable answer." }
      + (rest > 0 ? ["\(rest) more \(rest == 1 ? "path" : "paths") gave no readable answer."] : [])
  }
}
