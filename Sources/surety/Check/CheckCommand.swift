import Access
import ArgumentParser
import Assessment
import Foundation
import Obligations
import Primitives

struct CheckCommand: ActingCommand {
  static let action = Action.check
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Look at a shop from outside and say, duty by duty, how it stands.",
    discussion: """
      Needs no server, no configuration and no account. Looks are polite and limited, say who they are, and go to the
      public internet only, unless --allow-private is given. Look at shops that are yours.

      With --profile all storefronts of a profile are looked at, and what applies to the platform is worked out. Where
      there is an installation (--data), the profile is put in force and the evidence is written into its journal.

      Examples:
        surety check https://shop.example
        surety check https://shop.example --fix nginx
        surety check https://shop.example --format sarif --output surety.sarif --fail-on high
        surety check https://localhost:8443 --allow-private --trust authority.pem
        surety check --profile surety.yaml --format markdown
        surety check --list

      Exit status: 0 every look was taken and nothing fails; 1 something does, by --fail-on; 2 unusable input, or nothing
      fails but a look could not be taken, for want of an answer. What nobody could look at is never called met, in any
      format.
      """)

  @Argument(help: "The address of a shop; may be several.")
  var addresses: [String] = []

  @Option(help: "A profile (surety.yaml): look at all its storefronts. 'surety profile --example' prints one.")
  var profile: String?
  @Option(help: "The directory of the installation whose journal takes the evidence; ./surety-data if it is there.")
  var data: String?
  @Option(help: "The installation's database, where it is not the one that 'surety init' remembered.")
  var database: String?
  @Flag(help: "Write nothing into a journal.")
  var noRecord = false

  @OptionGroup var reach: ReachOptions
  @Option(help: "Where the shop answers without TLS, if that is not port 80 of the same host.")
  var plainAddress: String?
  @Option(help: "Where the admin panel is, if it is not in one of the usual places.")
  var adminPanel: String?
  @Option(help: "A page on which a card is entered; may be repeated. It has to open without a sign-in.")
  var paymentPage: [String] = []
  @Option(help: "Only this check; may be repeated. 'surety check --list' lists them.")
  var only: [String] = []
  @Option(help: "Give up what still runs after so many seconds.")
  var timeLimit: Int?

  @Option(help: "table, json, sarif (2.1.0) or markdown (for a comment on a change).")
  var format = CheckFormat.table
  @Option(help: "The file to write to, in place of standard output.")
  var output: String?
  @Option(help: "Print the lines that mend each finding: nginx, apache or caddy.")
  var fix: ServerKind?
  @Flag(help: "In the table, show every control of every duty.")
  var all = false
  @Option(
    help: ArgumentHelp(
      "What ends with status 1: not-met, a severity (note, low, medium, high, critical) or never.",
      discussion: """
        not-met: a weakness was seen, or something was due and is not done. A severity: a finding as bad as that or \
        worse. never: status 0 whatever was seen, and where nothing was.
        """))
  var failOn = CheckThreshold.notMet
  @Flag(help: "List the checks and end.")
  var list = false

  func validate() throws {
    if list { return }
    guard addresses.isEmpty != (profile == nil) else {
      throw ValidationError(
        profile == nil
          ? "which shop? Give its address, such as https://shop.example, or --profile surety.yaml"
          : "--profile and an address exclude each other: the profile says where the shop is")
    }
    guard addresses.count == 1 || plainAddress == nil && adminPanel == nil && paymentPage.isEmpty else {
      throw ValidationError(
        "--plain-address, --admin-panel and --payment-page belong to a single address; a profile has its own")
    }
    guard profile != nil || data == nil && database == nil else {
      throw ValidationError("evidence is written for a platform: give --profile beside --data")
    }
    guard addresses.count <= Profile.mostStorefronts else {
      throw ValidationError("more than \(Profile.mostStorefronts) addresses at once are not looked at")
    }
    guard timeLimit.map({ (1...86_400).contains($0) }) ?? true else {
      throw ValidationError("--time-limit is a number of seconds, up to a day")
    }
  }

  func run() async throws {
    let assessment = try Assessment(reach: reach.reach, trusting: reach.authorities)
    if list { return print(CheckList(checks: assessment.checks, catalogue: try .shipped()).text(as: format)) }
    let subject = try subject()
    let plan = CheckPlan(
      checks: try chosen(from: assessment.checks), profile: subject.profile,
      timeLimit: timeLimit.map { .seconds($0) }, progress: LookLine())
    let report = try await report(plan, subject, assessment)
    try deliver(report)
    try conclude(report)
  }

  /// What is looked at.
  private struct Subject {
    let profile: Profile
    /// Where the profile was read from; nil for one made of addresses.
    var yaml: String?
  }

  private func subject() throws -> Subject {
    guard let path = profile else {
      let storefronts = try addresses.map { text in
        Storefront(
          url: try Self.address(text).text, paymentPages: try paymentPage.map { try Self.address($0).text },
          adminPanel: try adminPanel.map { try Self.address($0).text },
          plainAddress: try plainAddress.map { try Self.address($0).text })
      }
      let hosts = try addresses.map { try Self.address($0).host }
      return Subject(profile: Profile(platform: hosts.joined(separator: ", "), storefronts: storefronts))
    }
    let bytes = try FileArgument.read(path, most: 1 << 20)
    do {
      let profile = try Profile(yaml: bytes, file: path)
      guard !profile.storefronts.isEmpty || !profile.endpoints.isEmpty else {
        throw ValidationError("\(path) names no storefront and no endpoint, so there is nothing to look at")
      }
      return Subject(profile: profile, yaml: String(decoding: bytes, as: UTF8.self))
    } catch let error as ObligationsError {
      Terminal.say("\(error)")
      throw Finished(status: 2)
    }
  }

  /// People type the name of a shop; https is meant.
  private static func address(_ text: String) throws -> WebAddress {
    do {
      return try WebAddress(text.contains("://") ? text : "https://\(text)")
    } catch {
      throw ValidationError("\(error)")
    }
  }

  private func chosen(from checks: [any Check]) throws -> [any Check] {
    for name in only where !checks.contains(where: { $0.code.text == name }) {
      throw ValidationError("there is no check '\(name)'; 'surety check --list' lists them")
    }
    return only.isEmpty ? checks : checks.filter { only.contains($0.code.text) }
  }

  private func report(_ plan: CheckPlan, _ subject: Subject, _ assessment: Assessment) async throws -> CheckReport {
    let catalogue = try Catalogue.shipped()
    if let yaml = subject.yaml, !noRecord, let installation = try installation() {
      let recorder = CheckRecorder(
        installation: installation, assessment: assessment, catalogue: catalogue, yaml: yaml, file: profile ?? "")
      return try await recorder.record(plan)
    }
    if subject.yaml != nil {
      Terminal.say("no installation was named, so no evidence is written into a journal")
    }
    return CheckReport(
      try await plan.run(), of: plan, catalogue: catalogue, advice: assessment.advice,
      hasProfile: subject.yaml != nil)
  }

  /// The installation that takes the evidence: the one that is named, or one that is where it usually is.
  private func installation() throws -> Installation? {
    let named = data ?? ProcessInfo.processInfo.environment["SURETY_DATA"]
    let directory = named ?? "surety-data"
    guard named != nil || database != nil || FileManager.default.fileExists(atPath: "\(directory)/ledger.mark") else {
      return nil
    }
    let installation = try Installation(in: DataDirectory(directory, database: database), for: Self.self)
    // The profile is put in force.
    try installation.expectPermission(for: .configure)
    return installation
  }

  private func deliver(_ report: CheckReport) throws {
    let paint = Paint(isColoured: output == nil && Paint.standardOutputIsColoured)
    let text =
      switch format {
      case .table: CheckTable(report, paint: paint, width: TextLayout.terminalWidth, server: fix, showsAll: all).text
      case .json: String(decoding: CheckJSON(report, failing: report.fails(failOn)).value.canonicalBytes, as: UTF8.self)
      case .sarif: String(decoding: CheckSARIF(report).value.canonicalBytes, as: UTF8.self)
      case .markdown: CheckMarkdown(report, server: fix).text
      }
    guard let output else { return print(text) }
    guard FileManager.default.createFile(atPath: output, contents: Data("\(text)\n".utf8)) else {
      throw ValidationError("cannot write \(output)")
    }
    Terminal.say("written to \(output)")
  }

  private func conclude(_ report: CheckReport) throws {
    let untaken = report.untakenLooks
    if report.sawNothing {
      Terminal.say("nothing could be looked at: \(report.blindReasons.first?.reason ?? "there was nothing")")
    } else if let first = untaken.first {
      Terminal.say(
        "\(untaken.count) of \(report.observations.count) looks could not be taken, so they prove nothing: "
          + "\(first.check) of \(TextLayout.plain(first.target)): \(TextLayout.plain(first.verdict.summary))"
          + (untaken.count > 1 ? ", and others" : ""))
    }
    let status = report.exitStatus(failingFrom: failOn)
    if status != 0 { throw Finished(status: status) }
  }
}

/// A command that has said all there is to say ends with this status.
struct Finished: Error {
  let status: Int32
}
