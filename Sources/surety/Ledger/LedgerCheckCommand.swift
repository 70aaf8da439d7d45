import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct LedgerCheckCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read the whole stored ledger from its entries up, as an outsider would.",
    discussion: """
      The cosigned checkpoints that are kept are checked as well. Those that the quorum would not accept today, and
      signatures by keys that neither the ledger nor its policy knows, are counted: an earlier policy explains them.

      Exit status: 0 all in order, 1 something is not, 2 it could not be looked at.

      Example:
        surety ledger check
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  /// Whether an error says that the ledger is wrong, and not that it could not be looked at.
  private static func isVerdict(_ error: any Error) -> Bool {
    switch error {
    case is TransparencyLogError, JournalError.damaged, JournalError.forked, JournalError.rolledBack,
      StorageError.corrupt:
      true
    default: false
    }
  }

  func run() async throws {
    let progress = Progress("checked")
    let (report, cosigned): (LedgerAudit.Report, CosignedReport)
    do {
      (report, cosigned) = try await options.installation(for: Self.self).withLedger { ledger in
        let policy = ledger.keyring.policy
        let report = try await LedgerAudit(of: ledger.journal.source(under: policy), under: policy)
          .run { progress.report($0, of: $1) }
        let everyKey = ledger.keyring.verifierKeys + ledger.keyring.retired
        return (report, try await ledger.journal.checkCosigned(under: ledger.policy.replacingLogs(with: everyKey)))
      }
    } catch let error where Self.isVerdict(error) {
      progress.finish()
      throw NotVerified(what: options.data, reason: "\(error)", format: output.format)
    }
    progress.finish()
    let size = report.checkpoint.checkpoint.size
    switch output.format {
    case .text:
      print(
        "in order: \(size) entries, \(report.tileCount) tiles and \(cosigned.count) cosigned checkpoints")
      if cosigned.belowQuorum > 0 { print("  \(cosigned.belowQuorum) of these the quorum would not accept today") }
      if cosigned.passedOver > 0 { print("  \(cosigned.passedOver) signatures by unknown keys were passed over") }
    case .json:
      Terminal.print([
        "verified": true, "size": .integer(Int64(size)), "tiles": .integer(Int64(report.tileCount)),
        "cosigned": .integer(Int64(cosigned.count)), "belowQuorum": .integer(Int64(cosigned.belowQuorum)),
        "passedOver": .integer(Int64(cosigned.passedOver)),
      ])
    }
  }
}
