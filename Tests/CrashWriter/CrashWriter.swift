import Foundation
import Journal
import Primitives
import Storage
import TestKit
import TransparencyLog

/// A process that appends with many writers until it is killed. What was acknowledged to a writer, and every checkpoint
/// that was published, is noted in a file with one `write` each, which survives the process.
///
/// Arguments: the database, the directory of keys and mark, the file of notes, the number of writers.
@main struct CrashWriter {
  static func main() async throws {
    let arguments = CommandLine.arguments
    let directory = arguments[2]
    let notes = open(arguments[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    let database = try await Database.open(DatabaseLocation(arguments[1]), limits: Database.Limits(connections: 4))
    let keyring = try Keyring(path: "\(directory)/ledger.keys")
    let mark = try HighWaterMark(path: "\(directory)/ledger.mark")
    let journal = try await Journal.open(in: database, trusting: keyring.policy, mark: mark)
    let sequencer = Sequencer(
      journal: journal, keyring: keyring, mark: mark,
      configuration: Sequencer.Configuration(interval: .milliseconds(1), largestBatch: 600), logger: TestLedger.quiet)
    note("open", in: notes)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await sequencer.run() }
      group.addTask {
        while true {
          let published = try await journal.publishedCheckpoint()
          note("checkpoint \(Base64.encode(published.bytes))", in: notes)
          try await Task.sleep(for: .milliseconds(2))
        }
      }
      for writer in 0..<(Int(arguments[4]) ?? 1) {
        group.addTask {
          while true {
            let id = try await journal.append(TestLedger.draft(writer))
            note("acknowledged \(id)", in: notes)
          }
        }
      }
      try await group.waitForAll()
    }
  }

  /// One line with one call. A kill may cut it off at the end of a page, so only a line with its end counts.
  static func note(_ line: String, in file: Int32) {
    let bytes = Array("\(line)\n".utf8)
    _ = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
  }
}
