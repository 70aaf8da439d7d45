import ArgumentParser
import Console
import Foundation

/// `make bench`: measures the product beside what this machine can do at all, in one run.
@main struct SuretyBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "surety-bench",
    abstract: "Measure Surety on this machine, beside the machine's own limits.",
    discussion: """
      Examples:
        surety-bench                        everything, as 'make bench' does
        surety-bench --only journal.append  what begins with this name
        surety-bench --leaves 100000        smaller ledgers, for a quick look
      """)

  @Option(help: "Only what begins with this name.")
  var only = ""
  @Option(help: "The size of the largest ledger, in entries.")
  var leaves = 10_000_000
  @Option(help: "How many subjects the largest vault has.")
  var subjects = 1_000_000
  @Option(help: "Seconds for each figure of durable appends.")
  var seconds = 5.0
  @Option(help: "Where to write the figures.")
  var output = ".build/bench.json"
  @Option(help: "Where to keep databases while measuring; on the disk that is to be measured.")
  var scratch = ".build/bench-scratch"

  func run() async throws {
    Server.shareCores()
    let report = Report(only: only)
    try? FileManager.default.removeItem(atPath: scratch)
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let directory = URL(filePath: scratch).path
    try MachineBench(directory: directory).run(report)
    try await AppendBench(directory: directory, seconds: seconds).run(report)
    try await PublishBench(directory: directory, seconds: seconds).run(report)
    try await LedgerBench(directory: directory, largest: leaves).run(report)
    try await OverviewBench(directory: directory).run(report)
    try await CheckBench(directory: directory).run(report)
    try await AccessBench(directory: directory, seconds: seconds).run(report)
    try await VaultBench(directory: directory, seconds: seconds, subjects: subjects).run(report)
    try report.write(to: output)
    print("\nwritten to \(output)")
    if !report.missed.isEmpty {
      print("missed: \(report.missed.joined(separator: ", "))")
      throw ExitCode(1)
    }
  }
}
