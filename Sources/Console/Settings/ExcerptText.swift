/// The lines around the one that is wrong.
struct ExcerptText: Sendable {
  struct Line: Sendable {
    let number: String
    let text: String
    let isWrong: Bool
  }

  let line: String
  let lines: [Line]

  /// No line is shown longer than this, in characters.
  private static let longest = 200

  /// - Parameter number: of the wrong line, from 1; beyond the end it means the last.
  init(of text: String, around number: Int) {
    let all = text.split(separator: "\n", omittingEmptySubsequences: false)
    let wrong = min(max(1, number), all.count)
    line = String(wrong)
    lines = (max(1, wrong - 2)...min(all.count, wrong + 2)).map {
      Line(number: String($0), text: String(all[$0 - 1].prefix(Self.longest)), isWrong: $0 == wrong)
    }
  }
}
