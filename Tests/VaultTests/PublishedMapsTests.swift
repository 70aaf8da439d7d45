import Foundation
import Primitives
import TestKit
import Testing

@testable import Vault

/// What fideslang and Fides publish as their examples.
@Suite struct `Maps that others published` {
  static let files = SourceTree.files(below: ["Tests/VaultTests/Published"], endings: [".yml"])

  @Test(arguments: files) func `import as they are, and stay as they were written`(_ file: String) throws {
    let text = try SourceTree.text(of: file)
    let map = try DataMap(yaml: Array(text.utf8), file: file)
    #expect(map.text == text)
    #expect(map.collections.isEmpty, "none of them describes the vault")
    if file.hasSuffix("dataset.yml") { #expect(!map.otherDatasets.isEmpty) }
    if file.contains("system") { #expect(!map.declarations.isEmpty) }
  }

  @Test func `have retired keys mapped, with the line of each`() throws {
    func warnings(_ name: String) throws -> [DataMap.Warning] {
      let text = try SourceTree.text(of: "Tests/VaultTests/Published/\(name)")
      return try DataMap(yaml: Array(text.utf8), file: name).warnings
    }
    let system = try warnings("fideslang-demo_system.yml")
    #expect(system.contains { $0.text.contains("user.cookie_id") && $0.text.contains("user.device.cookie_id") })
    #expect(system.contains { $0.text.contains("improve.system") })
    #expect(system.allSatisfy { $0.line > 0 })
    #expect(try warnings("fideslang-demo_dataset.yml").contains { $0.text.contains("user.contact.state") })
    #expect(Self.files.count == 11)
  }

  @Test func `can stand beside the vault's own dataset`() throws {
    let own = try TestVault.exampleMap()
    let dataset = try SourceTree.text(of: "Tests/VaultTests/Published/fides-postgres_example_test_dataset.yml")
    let items = dataset.split(separator: "\n", omittingEmptySubsequences: false).drop { !$0.hasPrefix("dataset:") }
      .dropFirst()
    let both = own.replacing("\nsystem:\n", with: "\n" + items.joined(separator: "\n") + "\nsystem:\n")
    let map = try DataMap(yaml: Array(both.utf8), file: "both.yaml")
    #expect(map.collections.map(\.name) == ["profile", "orders", "cards"] && map.otherDatasets.count == 1)
  }
}
