import Access
import Assessment
import Journal
import Obligations
import TestKit
import Testing

/// The catalogue names checks that other rooms have; here they all come together.
@Suite struct `The checks that the shipped catalogue names` {
  @Test func `are those that there are, each once`() async throws {
    try await TestLedger.with(.sqlite) { ledger in
      let catalogue = try Catalogue.shipped()
      let policy = ledger.keyring.policy
      let own = SelfChecks.all(
        in: ledger.database, journal: ledger.journal, catalogue: catalogue, trusting: { policy },
        markPath: ledger.markPath)
      let access = try Access(
        in: ledger.database, journal: ledger.journal, key: try SecretKey(path: ledger.directory.file("secrets.key")),
        party: .thisMachine)
      let assessment = try Assessment(reach: Reach(.publicInternet), trusting: nil)
      let there = (assessment.checks + access.checks + own).map(\.code)
      #expect(Set(there).count == there.count)
      let named = Set(catalogue.duties.flatMap(\.controls).flatMap(\.checks))
      #expect(named.subtracting(there).sorted() == [], "no room has them, so their controls can never be met")
      #expect(Set(there).subtracting(named).sorted() == [], "no control asks for them")
    }
  }
}
