import Access
import ArgumentParser
import Primitives
import Vault

struct VaultStatusCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "What is held, under which keys, and which long work is under way.",
    discussion: """
      Examples:
        surety vault status
        surety vault status --format json
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (status, jobs) = try await options.installation(for: Self.self).withVault(root) { vault in
      (try await vault.status(), try await vault.jobs())
    }
    let running = jobs.filter { $0.state != .done }
    switch output.format {
    case .json:
      Terminal.print([
        "subjects": .integer(status.subjects), "records": .integer(status.records),
        "forgotten": .integer(status.forgotten), "map": status.mapVersion.map { .integer($0) } ?? .null,
        "root": .string(status.root), "custody": .string(status.custody.rawValue),
        "keys": .array(
          status.keys.map {
            [
              "version": .integer($0.version), "made": .string($0.made.rfc3339), "subjects": .integer($0.subjects),
              "destroyed": .bool($0.isDestroyed),
            ]
          }),
        "jobs": .array(
          running.map { ["kind": .string($0.kind.rawValue), "done": .integer($0.done), "total": .integer($0.total)] }),
      ])
    case .text:
      print("\(status.subjects) subjects, \(status.records) records, \(status.forgotten) forgotten")
      print(status.mapVersion.map { "data map \($0)" } ?? "no data map: surety vault map example > data-map.yaml")
      print("root key \(status.root) in \(status.place) (\(status.custody.rawValue))")
      for key in status.keys {
        let state = key.isDestroyed ? "destroyed" : "\(key.subjects) subjects' keys"
        print("platform key \(key.version), made \(key.made.rfc3339): \(state)")
      }
      for job in running { print("\(job.kind.rawValue): \(job.done) of \(job.total), \(job.state.rawValue)") }
    }
  }
}
