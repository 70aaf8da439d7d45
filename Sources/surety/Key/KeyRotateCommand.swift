import Access
import ArgumentParser
import Journal
import Primitives

struct KeyRotateCommand: ActingCommand {
  static let action = Action.manageKeys
  static let configuration = CommandConfiguration(
    commandName: "rotate", abstract: "Make the key that takes another's place, and print it once.",
    discussion: """
      It has the name, the actions and the length of the old one, which stays good for a while, so that the program can be
      given the new one in peace. With --overlap 0 the old one ends within a second: for one that may be in wrong hands.

      Examples:
        surety key rotate build > build.key
        surety key rotate build --overlap 0
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var key: KeyArgument
  @Option(help: "For how many hours the old one stays good, 168 at most.")
  var overlap = Access.usualOverlap

  func run() async throws {
    let report = try await options.installation(for: Self.self).withAccess { access in
      let found = try await key.find(in: access)
      guard let old = found.first(where: { $0.ends == nil }) else {
        throw ValidationError("another key takes the place of \(key.key) already; 'surety key list' shows both")
      }
      let new = try await access.rotateKey(old.id, overlap: overlap, by: .operator)
      return NewKeyReport(new.key, new.secret, replacing: try await access.keys().first { $0.id == old.id })
    }
    report.print(as: output.format)
  }
}
