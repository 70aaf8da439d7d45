import Access
import ArgumentParser
import Primitives

/// A key that a command names, by its label or by its identifier.
struct KeyArgument: ParsableArguments {
  @Argument(help: "The key's name, or its identifier as 'surety key list' shows it.")
  var key: String

  /// The keys in force that it names: two of one label, where one takes the other's place. The newest first.
  /// - Throws: `ValidationError` that says which there are.
  func find(in access: Access) async throws -> [APIKey] {
    let now = Surroundings.system.now()
    let open = try await access.keys().filter { $0.isOpen(at: now) }
    let found = open.filter { $0.label == key || "\($0.id)" == key }
    guard found.isEmpty else { return found }
    let labels = Set(open.map(\.label)).sorted()
    throw ValidationError(
      "there is no key \(key) in force; "
        + (labels.isEmpty ? "no program has one" : "there are: \(labels.joined(separator: ", "))"))
  }
}
