import Access
import ArgumentParser
import Foundation
import Primitives

struct KeyListCommand: ActingCommand {
  static let action = Action.readMembers
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the keys in force: what each may do, when it ends, when it was used last.",
    discussion: """
      Examples:
        surety key list
        surety key list --all --format json
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Flag(help: "Also list keys that have ended.")
  var all = false

  func run() async throws {
    let now = Surroundings.system.now()
    let keys = try await options.installation(for: Self.self).withAccess { try await $0.keys() }
      .filter { all || $0.isOpen(at: now) }
    switch output.format {
    case .json: Terminal.print(.array(keys.map { Self.json($0, at: now) }))
    case .text:
      if keys.isEmpty { return print("No program has a key: surety key make --name build --action register.read") }
      let width = keys.map(\.label.count).max() ?? 0
      for key in keys {
        let label = key.label.padding(toLength: width, withPad: " ", startingAt: 0)
        let actions = key.actions.map(\.rawValue).sorted().joined(separator: ",")
        let used = key.lastUsed.map { "last used \($0.rfc3339)" } ?? "never used"
        let end = "\(key.isOpen(at: now) ? "ends" : "ended") \(key.end.rfc3339)"
        print("\(label)  \(key.id)  \(actions)  \(end)  \(used)  made by \(key.maker)")
      }
    }
  }

  private static func json(_ key: APIKey, at now: Instant) -> JSON {
    [
      "id": .string("\(key.id)"), "label": .string(key.label), "maker": .string(key.maker),
      "actions": .array(key.actions.map(\.rawValue).sorted().map { .string($0) }),
      "made": .string(key.made.rfc3339), "ends": .string(key.end.rfc3339),
      "lastUsed": key.lastUsed.map { .string($0.rfc3339) } ?? .null, "open": .bool(key.isOpen(at: now)),
    ]
  }
}
