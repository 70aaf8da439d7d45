import Access
import Assessment
import Journal
import Obligations
import TestKit
import Testing
import Vault

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
      let root = ledger.directory.file("vault.root")
      var passphrase = Array("a passphrase that is long enough".utf8)
      let secret = SecretBytes(taking: &passphrase)
      try PassphraseFile.create(path: root, passphrase: secret, memory: 8_192)
      let vault = try Vault(
        in: ledger.database, journal: ledger.journal,
        root: try PassphraseFile(path: root, passphrase: secret, custody: .passphrase),
        erasureList: ledger.directory.file("vault.erased"))
      let there = (assessment.checks + access.checks + vault.checks(files: []) + own).map(\.code)
      #expect(Set(there).count == there.count)
      let named = Set(catalogue.duties.flatMap(\.controls).flatMap(\.checks))
      #expect(named.subtracting(there).sorted() == [], "no room has them, so their controls can never be met")
      #expect(Set(there).subtracting(named).sorted() == [], "no control asks for them")
    }
  }
}
