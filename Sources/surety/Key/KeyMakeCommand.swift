import Access
import ArgumentParser
import Journal
import Primitives

struct KeyMakeCommand: ActingCommand {
  static let action = Action.manageKeys
  static let configuration = CommandConfiguration(
    commandName: "make", abstract: "Make a key for a program, and print it once.",
    discussion: """
      The key is the only thing on standard output, so that it can be put where the program finds it. It is stored as a
      digest and cannot be shown again. It may be given actions that ask for no fresh factor.

      Examples:
        surety key make --name build --action register.read --action checks.run > build.key
        surety key make --name report --action register.read --days 30 --format json
        surety key make --name shop --action vault.read --action vault.write --action vault.find --rate 1000 > shop.key
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @Option(help: "By which the ledger names the program: 1 to 60 letters, digits, dots, hyphens and underscores.")
  var name: String
  @Option(help: "What it may do, such as register.read; may be repeated.")
  var action: [String]
  @Option(help: "For how many days it is good, 365 at most.")
  var days = Access.usualKey
  @Option(help: "How many requests a second it may make of each server.")
  var rate = Access.usualRate

  func run() async throws {
    let made = try await options.installation(for: Self.self).withAccess { access in
      try await access.makeKey(
        label: name, actions: Self.actions(action, in: access), days: days, rate: rate, by: .operator)
    }
    NewKeyReport(made.key, made.secret).print(as: output.format)
  }

  /// - Throws: `ValidationError` that says which actions there are.
  private static func actions(_ names: [String], in access: Access) throws -> Set<Action> {
    Set(
      try names.map { name in
        guard let action = access.keyActions.first(where: { $0.rawValue == name }) else {
          let list = access.keyActions.map { "\($0.rawValue): \(access.roles.title(of: $0))" }
          throw ValidationError("a key cannot be given '\(name)', but:\n  \(list.joined(separator: "\n  "))")
        }
        return action
      })
  }
}

/// A key that was made just now, with its secret.
struct NewKeyReport {
  private let key: APIKey
  private let secret: APIKeySecret
  /// The key that it takes the place of.
  private let old: APIKey?

  init(_ key: APIKey, _ secret: APIKeySecret, replacing old: APIKey? = nil) {
    (self.key, self.secret, self.old) = (key, secret, old)
  }

  /// Prints the secret to standard output, and what is to be known of it elsewhere.
  func print(as format: OutputFormat) {
    switch format {
    case .text:
      let actions = key.actions.map(\.rawValue).sorted().joined(separator: ", ")
      Terminal.say("The key \(key.label), shown once and never again. It may \(actions) until \(key.end.rfc3339).")
      if let old { Terminal.say("The old one ends \(old.end.rfc3339).") }
      Swift.print(secret.text)
    case .json:
      var members: [String: JSON] = [
        "id": .string("\(key.id)"), "label": .string(key.label), "secret": .string(secret.text),
        "actions": .array(key.actions.map(\.rawValue).sorted().map { .string($0) }), "ends": .string(key.end.rfc3339),
      ]
      if let old { members["replaces"] = ["id": .string("\(old.id)"), "ends": .string(old.end.rfc3339)] }
      Terminal.print(.object(members))
    }
  }
}
