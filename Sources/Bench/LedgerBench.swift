import Foundation
import Journal
import Primitives
import Storage
import TestKit
import TransparencyLog

/// What verifying, appending and proving cost as the ledger grows.
struct LedgerBench {
  let directory: String
  let largest: Int

  func run(_ report: Report) async throws {
  }
}
