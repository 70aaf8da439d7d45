import Obligations
import Primitives

/// Visits pages for the checks that judge them.
struct PageVisits: Sendable {
  private let reach: Reach
  private let looks: SharedLooks<PageSighting>

  init(reach: Reach, surroundings: Surroundings) {
    self.reach = reach
    looks = SharedLooks(surroundings: surroundings)
  }

  /// - Parameters:
  ///   - isExact: whether only the page at the very address counts. What stands before it, such as a sign-in, says
  ///     nothing of it. Otherwise redirects are followed wherever they lead.
  ///   - reader: the check that asks.
  /// - Throws: ``AssessmentError``, `CancellationError`.
  func page(
    at target: String, isExact: Bool = false, for reader: Code<CheckName>
  ) async throws -> PageSighting {
    try await looks.look(at: isExact ? "exactly \(target)" : target, for: reader) { [reach] in
      let address = try WebAddress(target)
      let exchanges = try await Visitor.with(reach) { try await $0.follow(address) }
      var page = PageSighting(exchanges)
      if isExact, let last = exchanges.last?.address, !last.isSamePage(as: address) {
        page.ledFrom = address.withoutQuery.text
        return page
      }
      try page.expectWorking()
      let isHTML = exchanges.last?.values("content-type").first?.lowercased().contains("html") == true
      guard !isHTML || page.content != nil else {
        throw AssessmentError.malformedAnswer(address.origin, reason: "its page is empty or is not text")
      }
      return page
    }
  }
}

extension WebAddress {
  /// Whether the other address is that of the same page: https in place of http, `www.` in front of the host, a slash
  /// at the end and parameters of the path, where sessions stand, make no other.
  func isSamePage(as other: WebAddress) -> Bool {
    func parts(_ address: WebAddress) -> (path: Substring, query: Substring) {
      let query = address.path.drop { $0 != "?" }
      let path = address.path.prefix { $0 != "?" && $0 != ";" }
      return (path.hasSuffix("/") ? path.dropLast() : path, query)
    }
    return isNeighbour(of: other) && (scheme != other.scheme || port == other.port) && parts(self) == parts(other)
  }
}
