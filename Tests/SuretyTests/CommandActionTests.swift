import ArgumentParser
import Foundation
import Primitives
import Synchronization
import TestKit
import Testing

@testable import Access
@testable import surety

@Suite struct `Every command` {
  /// The commands that have no commands below them.
  private static func leaves(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    let below = command.configuration.subcommands
    return below.isEmpty ? [command] : below.flatMap { leaves(of: $0) }
  }

  /// The leaves that neither name an action nor say that they work on no installation, or say both.
  private static func undecided(below command: any ParsableCommand.Type) -> [String] {
    leaves(of: command).filter { ($0 is any ActingCommand.Type) == ($0 is any StandaloneCommand.Type) }.map { "\($0)" }
  }

  @Test func `names its action, or says that it works on no installation`() {
    #expect(Self.leaves(of: Surety.self).count >= 24)
    #expect(Self.undecided(below: Surety.self) == [])
    #expect(Self.undecided(below: Group.self) == ["Silent", "Torn"])
  }

  private struct Silent: ParsableCommand {}
  private struct Torn: ActingCommand, StandaloneCommand { static let action = Action.read }
  private struct Group: ParsableCommand {
    static let configuration = CommandConfiguration(subcommands: [Silent.self, Torn.self, VerifyCommand.self])
  }

  /// Permits some actions, and remembers what it was asked.
  private final class Ears: Authorizer {
    let permitted: Set<Action>
    let asked = Mutex<[AccessRequest]>([])

    init(permitting permitted: Set<Action>) { self.permitted = permitted }

    func decide(_ request: AccessRequest) -> AccessDecision {
      asked.withLock { $0.append(request) }
      return permitted.contains(request.action) ? .permit : .deny([.action(request.action)])
    }
  }

  @Test func `has the authorizer asked for the operator before an installation is touched`() async throws {
    try await TemporaryDirectory.with { directory async throws in
      let files = try DataDirectory(directory.file("data"), database: nil)
      for case let command as any ActingCommand.Type in Self.leaves(of: Surety.self) {
        let nobody = Ears(permitting: [])
        #expect {
          try Installation(in: files, for: command, asking: nobody)
        } throws: { error in
          "\(error)".contains("the operator may not do this (\(command.action.rawValue))")
        }
        let request = try #require(nobody.asked.withLock { $0 }.first)
        #expect(request.action == command.action && request.principal.name == "operator")
        #expect(request.resource == Resource(kind: "installation", name: files.path))
        // The table that ships lets the operator do everything, at once and without a factor.
        _ = try Installation(in: files, for: command)
      }
      #expect(!FileManager.default.fileExists(atPath: files.path))
    }
  }

  @Test func `asks for more where an option does more`() async throws {
    try await TemporaryDirectory.with { directory async throws in
      let files = try DataDirectory(directory.file("data"), database: nil)
      let reader = try Installation(in: files, for: LedgerShowCommand.self, asking: Ears(permitting: [.read]))
      #expect(throws: OperatorRefused.self) { try reader.expectPermission(for: .disclose) }
      let usual = try Installation(in: files, for: LedgerShowCommand.self)
      for action in Action.allCases { try usual.expectPermission(for: action) }
    }
  }
}
