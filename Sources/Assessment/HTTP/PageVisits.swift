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

  /// - Parameter reader: the check that asks.
  /// - Throws: ``AssessmentError``, `CancellationError`.
  func page(at target: String, for reader: Code<CheckName>) async throws -> PageSighting {
    try await looks.look(at: target, for: reader) { [reach] in
      let address = try WebAddress(target)
      let page = try await Visitor.with(reach) { PageSighting(try await $0.follow(address)) }
      try page.expectWorking()
      return page
    }
  }
}
