import Primitives

/// Asks a shop for the files that shops leak.
struct ExposureVisit: Sendable {
  let reach: Reach
  let signatures: [ExposureSignature]
  let surroundings: Surroundings

  /// So many paths without an answer, and the rest is not asked for.
  private static let patience = 10

  /// What became of one path.
  private enum Answer: Sendable {
    case hits([ExposureSighting.Hit])
    case none(path: String)
  }

  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at site: WebAddress) async throws -> ExposureSighting {
    let byPath = signatures.reduce(into: [String: [ExposureSignature]]()) { paths, signature in
      for path in signature.paths { paths[path, default: []].append(signature) }
    }
    let paths = byPath.keys.sorted()
    let limits = Visitor.Limits(requests: paths.count + 30)
    return try await Visitor.with(reach, limits: limits) { visitor in
      let unknown = try await UnknownPathAnswers.ask(visitor, site, surroundings)
      var (hits, unanswered) = ([ExposureSighting.Hit](), [String]())
      try await withThrowingTaskGroup(of: Answer.self) { group in
        var next = paths.makeIterator()
        func add() {
          guard unanswered.count < Self.patience, let path = next.next() else { return }
          group.addTask { try await ask(path, byPath[path] ?? [], visitor, unknown) }
        }
        for _ in 0..<4 { add() }
        while let answer = try await group.next() {
          switch answer {
          case .hits(let more): hits += more
          case .none(let path): unanswered.append(path)
          }
          add()
        }
        // Those that were not asked for any more.
        while let path = next.next() { unanswered.append(path) }
      }
      return ExposureSighting(
        hits: hits.sorted { ($0.address, $0.signature) < ($1.address, $1.signature) }, asked: paths.count,
        unanswered: unanswered.sorted())
    }
  }

  private func ask(
    _ path: String, _ signatures: [ExposureSignature], _ visitor: Visitor, _ unknown: UnknownPathAnswers
  ) async throws -> Answer {
    let address = unknown.home.at(path)
    let exchange: Exchange
    do {
      let range = ("Range", "bytes=0-\(ExposureSignature.window - 1)")
      exchange = try await visitor.ask(address, headers: [range], most: ExposureSignature.window)
    } catch is AssessmentError {
      return .none(path: path)
    }
    switch exchange.status {
    case 200, 206:
      let matching = signatures.filter { $0.matches(exchange.body) }
      guard !matching.isEmpty, !unknown.resembles(exchange) else { return .hits([]) }
      return .hits(
        matching.map { signature in
          ExposureSighting.Hit(
            signature: signature.name, kind: signature.kind, title: signature.title, address: address.text)
        })
    case 429, 503: return .none(path: path)
    default: return .hits([])
    }
  }
}
