import Access
import ArgumentParser
import Foundation
import Journal
import Primitives
import Vault

struct VaultMapCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "The data map: what is held, why, and for how long.",
    subcommands: [
      VaultMapExampleCommand.self, VaultMapCheckCommand.self, VaultMapShowCommand.self, VaultMapAdoptCommand.self,
    ])
}

struct VaultMapExampleCommand: StandaloneCommand {
  static let configuration = CommandConfiguration(
    commandName: "example", abstract: "Print an example of a data map.",
    discussion: """
      Example:
        surety vault map example > data-map.yaml
      """)

  func run() throws { print(DataMap.example, terminator: "") }
}

/// A data map named on the command line.
enum DataMapArgument {
  /// - Throws: ``Finished`` with status 2, after it was said where the map is wrong.
  static func read(_ path: String) throws -> DataMap {
    let bytes = try FileArgument.read(path, most: 1 << 20)
    do {
      let map = try DataMap(yaml: bytes, file: path)
      for warning in map.warnings { Terminal.say("\(path), line \(warning.line): \(warning.text)") }
      return map
    } catch {
      Terminal.say("\(error)")
      throw Finished(status: 2)
    }
  }
}

struct VaultMapCheckCommand: StandaloneCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Read a data map, and say what it declares and what each index tells.",
    discussion: """
      Exit status: 0 it can be used, 2 it cannot: the first line says where and why.

      Examples:
        surety vault map check data-map.yaml
        surety vault map check data-map.yaml --format json
      """)

  @Argument(help: "The data map.")
  var path: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    let map = try DataMapArgument.read(path)
    let indexes = try map.indexReports()
    switch output.format {
    case .json:
      Terminal.print([
        "collections": .object(
          Dictionary(map.collections.map { ($0.name, .integer(Int64($0.fields.count))) }, uniquingKeysWith: { $1 })),
        "purposes": .array(map.purposes.map { .string($0) }), "warnings": .integer(Int64(map.warnings.count)),
        "indexes": .array(indexes.map(\.json)),
      ])
    case .text:
      for collection in map.collections { print("\(collection.name): \(collection.fields.count) fields") }
      print("purposes: \(map.purposes.joined(separator: ", "))")
      for index in indexes { print(index.text) }
    }
  }
}

struct VaultMapShowCommand: ActingCommand {
  static let action = Action.read
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Print the data map in force, as it was written.",
    discussion: """
      Example:
        surety vault map show > data-map.yaml
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions

  func run() async throws {
    let map = try await options.installation(for: Self.self).withVault(root) { try await $0.map() }
    guard let map else {
      Terminal.say("no data map is in force; 'surety vault map example' prints one")
      throw Finished(status: 1)
    }
    print(map.map.text, terminator: "")
  }
}

struct VaultMapAdoptCommand: ActingCommand {
  static let action = Action.keepVault
  static let configuration = CommandConfiguration(
    commandName: "adopt", abstract: "Put a data map in force.",
    discussion: """
      What it declares can be stored from then on. What it declares no more is given to nobody, and goes with the next
      retention run.

      Examples:
        surety vault map adopt data-map.yaml --dry-run
        surety vault map adopt data-map.yaml
      """)

  @Argument(help: "The data map.")
  var path: String
  @OptionGroup var options: InstallationOptions
  @OptionGroup var root: RootOptions
  @Flag(help: "Only say what would change.")
  var dryRun = false

  func run() async throws {
    let map = try DataMapArgument.read(path)
    try await options.installation(for: Self.self).withVault(root) { vault in
      let difference = try await vault.difference(to: map)
      for (sign, names) in [("+", difference.added), ("-", difference.removed), ("~", difference.changed)] {
        for name in names { print("\(sign) \(name)") }
      }
      if dryRun { return Terminal.say("nothing was changed") }
      let version = try await vault.adopt(map, by: .operator)
      Terminal.say(
        difference.isEmpty ? "version \(version) says the same already" : "version \(version) is in force")
      try await vault.workUntilDone()
    }
  }
}
