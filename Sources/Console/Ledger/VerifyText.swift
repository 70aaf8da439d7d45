/// What a browser needs to verify an entry by itself.
struct VerifyText: Sendable {
  let index: String
  let entryURL: String
  let proofURL: String
  let checkpointURL: String
  /// The ledger's verifier key.
  let key: String

  init(index: UInt64, key: String) {
    self.index = String(index)
    entryURL = "/ledger/entries/\(index)"
    proofURL = "/ledger/entries/\(index).tlog-proof"
    checkpointURL = "/ledger/checkpoint"
    self.key = key
  }

  /// Nil while the checkpoint that is served does not cover the entry.
  static func panel(of index: UInt64, under head: LedgerHead) -> VerifyText? {
    index < head.size ? VerifyText(index: index, key: head.key) : nil
  }
}
