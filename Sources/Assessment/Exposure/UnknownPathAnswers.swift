import Primitives

/// What a shop answers to paths that cannot exist, to tell a file that is there from the page that every path gets.
struct UnknownPathAnswers: Sendable {
  private struct Answer: Sendable {
    let status: Int
    let words: Set<ArraySlice<UInt8>>
  }

  private let answers: [Answer]
  /// Where the shop's paths are: where it sends every path, such as from the bare name to the one with `www.`, or the
  /// site that was asked.
  let home: WebAddress

  init(_ exchanges: [Exchange], home: WebAddress) {
    self.home = home
    answers = exchanges.map { Answer(status: $0.status, words: Self.words($0.body)) }
  }

  /// Asks for two paths that nobody can have made.
  /// - Throws: ``AssessmentError``, also when the shop turns such requests away or leads them to another host, whatever
  ///   they ask for.
  static func ask(_ visitor: Visitor, _ site: WebAddress, _ surroundings: Surroundings) async throws -> Self {
    var exchanges: [Exchange] = []
    var homes: Set<WebAddress> = []
    for ending in ["", ".php"] {
      let path = "/\(Hexadecimal.encode(surroundings.randomBytes(12)))\(ending)"
      let hops = try await visitor.follow(site.at(path), within: site, most: ExposureSignature.window)
      guard let last = hops.last else { continue }
      exchanges.append(last)
      homes.insert(last.address.path == path ? last.address.at("/") : site.at("/"))
    }
    if let away = exchanges.first?.location, exchanges.allSatisfy({ $0.leadsAway(from: site) }) {
      throw AssessmentError.ledElsewhere(site.origin, to: away.origin)
    }
    guard let status = exchanges.first?.status, exchanges.allSatisfy({ [403, 429, 503].contains($0.status) }) else {
      return UnknownPathAnswers(exchanges, home: homes.count == 1 ? homes.first ?? site : site)
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
