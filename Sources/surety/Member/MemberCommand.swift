import Access
import ArgumentParser
import Foundation
import Journal
import Primitives

struct MemberCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "member", abstract: "Who may do what: the staff of the shop.",
    subcommands: [
      MemberListCommand.self, MemberAddCommand.self, MemberRoleCommand.self, MemberDeactivateCommand.self,
      MemberReactivateCommand.self,
    ])
}

struct MemberListCommand: ActingCommand {
  static let action = Action.readMembers
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the members with role, factors and last visit.",
    discussion: """
      Examples:
        surety member list
        surety member list --format json
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let members = try await options.installation(for: Self.self).withAccess { try await $0.members() }
    switch output.format {
    case .json: Terminal.print(.array(members.map(Self.json)))
    case .text:
      if members.isEmpty { return print("Nobody is a member yet: surety member add --name ada") }
      let width = members.map(\.member.name.count).max() ?? 0
      for summary in members {
        let name = summary.member.name.padding(toLength: width, withPad: " ", startingAt: 0)
        let factors =
          (summary.passkeys.isEmpty ? [] : ["\(summary.passkeys.count) passkeys"])
          + (summary.hasPassword ? ["password with code"] : []) + (summary.issuers.isEmpty ? [] : ["single sign-on"])
        let state = summary.member.isActive ? summary.isLocked ? "password locked" : "active" : "no access"
        let seen = summary.lastSeen.map { "last here \($0.rfc3339)" } ?? "never here"
        print("\(name)  \(summary.member.role.id)  \(state)  \(factors.joined(separator: ", "))  \(seen)")
      }
    }
  }

  private static func json(_ summary: MemberSummary) -> JSON {
    [
      "name": .string(summary.member.name), "role": .string(summary.member.role.id),
      "active": .bool(summary.member.isActive), "locked": .bool(summary.isLocked),
      "passkeys": .integer(Int64(summary.passkeys.count)), "password": .bool(summary.hasPassword),
      "recoveryCodes": .integer(Int64(summary.recoveryCodesLeft)),
      "lastSeen": summary.lastSeen.map { .string($0.rfc3339) } ?? .null,
    ]
  }
}

struct MemberAddCommand: ActingCommand {
  static let action = Action.manageMembers
  static let configuration = CommandConfiguration(
    commandName: "add",
    abstract: "Make a member from the server's own terminal, for example when every owner is locked out.",
    discussion: """
      Whoever may use the server's files may do this; it is written to the ledger. In everyday life members are invited in
      the console.

      Examples:
        surety member add --name grace
        surety member add --name sam --role support --password-file - < password
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var password: PasswordOptions
  @Option(help: "The member's name: 1 to 60 letters, digits, dots, hyphens and underscores.")
  var name: String
  @Option(help: "The member's role; 'owner' may do everything.")
  var role = RoleTable.owner

  func run() async throws {
    let password = try self.password.password
    let enrolment = try await options.installation(for: Self.self).withAccess { access in
      try await access.enrol(name: name, password: password, role: role)
    }
    let report = EnrolmentReport(enrolment, self.password.generated(password))
    switch output.format {
    case .text: print(report.text)
    case .json: Terminal.print(report.json)
    }
  }
}

/// A member that a command names.
struct MemberArgument: ParsableArguments {
  @Argument(help: "The member's name.")
  var name: String

  func find(in access: Access) async throws -> Member {
    guard let found = try await access.members().first(where: { $0.member.name == name }) else {
      throw ValidationError("there is no member \(name); 'surety member list' names them")
    }
    return found.member
  }
}

struct MemberRoleCommand: ActingCommand {
  static let action = Action.manageMembers
  static let configuration = CommandConfiguration(
    commandName: "role", abstract: "Give a member another role.",
    discussion: "Example:\n  surety member role grace --role auditor")

  @OptionGroup var options: InstallationOptions
  @OptionGroup var member: MemberArgument
  @Option(help: "owner, security, privacy, support, engineer or auditor.")
  var role: String

  func run() async throws {
    try await options.installation(for: Self.self).withAccess { access in
      try await access.assign(role, to: try await member.find(in: access).id, by: .operator)
    }
    print("\(member.name) has the role \(role).")
  }
}

struct MemberDeactivateCommand: ActingCommand {
  static let action = Action.manageMembers
  static let configuration = CommandConfiguration(
    commandName: "deactivate", abstract: "Take a member's access away, with all sessions, at once.",
    discussion: "Example:\n  surety member deactivate grace")

  @OptionGroup var options: InstallationOptions
  @OptionGroup var member: MemberArgument

  func run() async throws {
    try await options.installation(for: Self.self).withAccess { access in
      try await access.deactivate(try await member.find(in: access).id, by: .operator)
    }
    print("\(member.name) has no access any more. 'surety member reactivate \(member.name)' gives it again.")
  }
}

struct MemberReactivateCommand: ActingCommand {
  static let action = Action.manageMembers
  static let configuration = CommandConfiguration(
    commandName: "reactivate", abstract: "Give a member access again, or unlock the password after wrong answers.",
    discussion: "Example:\n  surety member reactivate grace")

  @OptionGroup var options: InstallationOptions
  @OptionGroup var member: MemberArgument

  func run() async throws {
    try await options.installation(for: Self.self).withAccess { access in
      try await access.reactivate(try await member.find(in: access).id, by: .operator)
    }
    print("\(member.name) has access again.")
  }
}
