import Access
import ArgumentParser
import Foundation
import Primitives

/// The password of a new member.
struct PasswordOptions: ParsableArguments {
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

/// What a new member has to know, once.
struct EnrolmentReport {
  private let enrolment: Access.Enrolment
  private let password: String?

  /// - Parameter password: nil where the member chose it.
  init(_ enrolment: Access.Enrolment, _ password: String?) {
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
