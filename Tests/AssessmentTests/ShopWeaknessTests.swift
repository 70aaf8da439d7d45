import Foundation
import Obligations
import Shop
import TestKit
import Testing

@Suite(.serialized) struct `Weaknesses of the demonstration shop` {
  /// The codes of what is found above mere notes, and the checks that could not look.
  private func check(_ weaknesses: Set<Weakness>) async throws -> (
    codes: Set<String>, notes: Set<String>, unseen: [String: [String]]
  ) {
    var result: (codes: Set<String>, notes: Set<String>, unseen: [String: [String]]) = ([], [], [:])
    try await RunningShop.with(weaknesses) { shop in
      let assessed = try await AssessedShop(shop.profile, trusting: try shop.authority)
      let findings = assessed.observations.flatMap(\.verdict.findings)
      result.codes = Set(findings.filter { $0.severity > .note }.map(\.code.text))
      result.notes = Set(findings.filter { $0.severity == .note }.map(\.code.text))
      result.unseen = assessed.unseen
    }
    return result
  }

  @Test func `a shop in perfect order has none`() async throws {
    let (codes, notes, unseen) = try await check([])
    #expect(codes == [])
    #expect(notes == [])
    #expect(unseen == [:])
  }

  @Test(arguments: Weakness.allCases) func `each is found, and nothing else`(_ weakness: Weakness) async throws {
    let (codes, notes, unseen) = try await check([weakness])
    #expect(codes == weakness.codes)
    #expect(codes.union(notes).contains(weakness.rawValue))
    if weakness != .tlsMissing { #expect(unseen == [:]) }
  }

  @Test func `each has words of its own`() {
    let titles = Weakness.allCases.map(\.title)
    #expect(Set(titles).count == titles.count)
    #expect(titles.allSatisfy { !Weakness.allCases.map(\.rawValue).contains($0) })
    #expect(Set(Weakness.impossible.map(\.code)).isDisjoint(with: Weakness.allCases.map(\.rawValue)))
  }
}
