import ArgumentParser
import Console
import Foundation
import Primitives

/// The first administrator, or one more.
struct AdministratorOptions: ParsableArguments {
  @Option(help: "The administrator's name: 1 to 60 letters, digits, dots, hyphens and underscores.")
  var administrator = "admin"

  @Option(
    help: ArgumentHelp(
      "A file with the password in its first line; '-' for standard input.",
      discussion: "Without it a password is made and shown once. At least twelve characters."))
  var passwordFile: String?

  /// The password from the file, or a new one. Each call makes another.
  var password: String {
    get throws {
      guard let passwordFile else { return GeneratedPassword.make() }
      let bytes =
        passwordFile == "-"
        ? Array(FileHandle.standardInput.readData(ofLength: 4_096)) : try FileArgument.read(passwordFile, most: 4_096)
      let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
      return String(decoding: line, as: UTF8.self)
    }
  }

  /// The password, if it was made here and has to be shown.
  func generated(_ password: String?) -> String? { passwordFile == nil ? password : nil }
}

/// What a new administrator has to know, once.
struct EnrolmentReport {
  private let enrolment: AdministratorSignIn.Enrolment
  private let password: String?

  /// - Parameter password: nil where the administrator chose it.
  init(_ enrolment: AdministratorSignIn.Enrolment, _ password: String?) {
    self.enrolment = enrolment
    self.password = password
  }

  var text: String {
    var lines = ["To sign in to the console, shown once and never again:", "  name      \(enrolment.name)"]
    if let password { lines.append("  password  \(password)") }
    lines.append("  code      from an authenticator app, with the secret \(enrolment.oneTimePassword.base32)")
    lines.append("            or \(enrolment.oneTimePassword.address(for: enrolment.name))")
    return lines.joined(separator: "\n")
  }

  var json: JSON {
    var members: [String: JSON] = [
      "name": .string(enrolment.name), "secret": .string(enrolment.oneTimePassword.base32),
      "address": .string(enrolment.oneTimePassword.address(for: enrolment.name)),
    ]
    if let password { members["password"] = .string(password) }
    return .object(members)
  }
}

struct AdministratorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "administrator", abstract: "Administrators of the console.",
    subcommands: [AdministratorAddCommand.self])
}

struct AdministratorAddCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "add", abstract: "Make one more administrator, for example when the first has lost the codes.",
    discussion: """
      Examples:
        surety administrator add --administrator grace
        surety administrator add --administrator grace --password-file - < password
      """)

  @OptionGroup var options: InstallationOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var administrator: AdministratorOptions

  func run() async throws {
    let installation = try options.installation
    let password = try administrator.password
    let enrolment = try await installation.withLedger { ledger in
      let signIn = AdministratorSignIn(in: ledger.database, key: try SecretKey(path: installation.secretsPath))
      return try await signIn.enrol(
        name: administrator.administrator, password: password, recordingIn: ledger.journal)
    }
    let report = EnrolmentReport(enrolment, administrator.generated(password))
    switch output.format {
    case .text: print(report.text)
    case .json: Terminal.print(report.json)
    }
  }
}
