import Primitives

/// What a shop answers to paths that cannot exist, to tell a file that is there from the page that every path gets.
struct UnknownPathAnswers: Sendable {
  private struct Answer: Sendable {
    let status: Int
    let words: Set<ArraySlice<UInt8>>
  }

  private let answers: [Answer]

  init(_ exchanges: [Exchange]) {
    answers = exchanges.map { Answer(status: $0.status, words: Self.words($0.body)) }
  }

  /// Asks for two paths that nobody can have made.
  /// - Throws: ``AssessmentError``, also when the shop turns such requests away whatever they ask for.
  static func ask(_ visitor: Visitor, _ site: WebAddress, _ surroundings: Surroundings) async throws -> Self {
    var exchanges: [Exchange] = []
    for ending in ["", ".php"] {
      let name = Hexadecimal.encode(surroundings.randomBytes(12))
      let hops = try await visitor.follow(site.at("/\(name)\(ending)"), within: site, most: ExposureSignature.window)
      exchanges += hops.suffix(1)
    }
    guard let status = exchanges.first?.status, exchanges.allSatisfy({ [403, 429, 503].contains($0.status) }) else {
      return UnknownPathAnswers(exchanges)
    }
    throw AssessmentError.turnedAway(site.origin, status: status)
  }

  /// Whether an answer is, but for a few words, one that every path gets.
  func resembles(_ exchange: Exchange) -> Bool {
    let words = Self.words(exchange.body)
    return answers.contains { answer in
      guard answer.status == exchange.status else { return false }
      if [401, 403].contains(answer.status) { return true }
      let common = answer.words.intersection(words).count
      return common * 10 >= answer.words.union(words).count * 9
    }
  }

  private static func words(_ body: [UInt8]) -> Set<ArraySlice<UInt8>> {
    Set(
      body.prefix(ExposureSignature.window).split { $0 <= 0x20 || $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") })
  }
}
