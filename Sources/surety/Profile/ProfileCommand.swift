import ArgumentParser
import Obligations
import Primitives

struct ProfileCommand: StandaloneCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "The profile of a platform: print an example, check one, see what applies.",
    discussion: """
      Examples:
        surety profile --example > surety.yaml
        surety profile validate surety.yaml
      """,
    subcommands: [ProfileValidateCommand.self])

  @Flag(help: "Print an example with an explanation of every part.")
  var example = false

  func run() throws {
    guard example else { throw CleanExit.helpRequest(self) }
    print(ExampleProfile.text, terminator: "")
  }
}

struct ProfileValidateCommand: StandaloneCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Read a profile and say which laws and standards apply, and why.",
    discussion: """
      Exit status: 0 it can be used, 2 it cannot: the first line says where and why.

      Example:
        surety profile validate surety.yaml
      """)

  @Argument(help: "The profile.")
  var path: String
  @OptionGroup var output: OutputOptions

  func run() throws {
    let bytes = try FileArgument.read(path, most: 1 << 20)
    let profile: Profile
    do {
      profile = try Profile(yaml: bytes, file: path)
    } catch {
      Terminal.say("\(error)")
      throw Finished(status: 2)
    }
    let today = CalendarDate(at: Surroundings.system.now())
    let applicability = Applicability(of: try .shipped(), to: profile, on: today)
    switch output.format {
    case .json: Terminal.print(json(profile, applicability))
    case .text: print(text(profile, applicability))
    }
  }

  private func text(_ profile: Profile, _ applicability: Applicability) -> String {
    var lines = [
      "\(path) can be used: \(profile.platform), storefronts: \(profile.storefronts.count), "
        + "further endpoints: \(profile.endpoints.count).", "",
    ]
    for framework in applicability.frameworks {
      let code = framework.framework.code
      let owed = applicability.obligations.count { $0.framework.code == code }
      let undecided = applicability.undecided.filter { $0.framework.code == code }
      switch framework.answer {
      case .no(let reasons):
        lines.append("- \(framework.framework.short) does not apply: \(reasons.joined(separator: ", "))")
      case .yes, .unknown:
        let missing = Set(undecided.flatMap(\.missing)).sorted().joined(separator: "; ")
        let open = undecided.isEmpty ? "" : "; \(undecided.count) undecided, because it does not say \(missing)"
        lines.append("- \(framework.framework.short): \(owed) requirements apply\(open)")
      }
    }
    let questionnaires = profile.cardPlaces.compactMap { place -> String? in
      guard case .type(_, let because)? = place.cards?.selfAssessment else { return nil }
      return "For PCI DSS: \(because)\(place.suffix)."
    }
    if !questionnaires.isEmpty { lines += [""] + questionnaires }
    return lines.joined(separator: "\n")
  }

  private func json(_ profile: Profile, _ applicability: Applicability) -> JSON {
    let frameworks = applicability.frameworks.map { framework -> JSON in
      let code = framework.framework.code
      let (answer, reasons): (JSON, [String]) =
        switch framework.answer {
        case .yes(let reasons): ("applies", reasons)
        case .no(let reasons): ("doesNotApply", reasons)
        case .unknown(let missing): ("undecided", missing)
        }
      return [
        "framework": .string(code.text), "answer": answer, "reasons": .array(reasons.map { .string($0) }),
        "obligations": .integer(Int64(applicability.obligations.count { $0.framework.code == code })),
        "undecided": .integer(Int64(applicability.undecided.count { $0.framework.code == code })),
      ]
    }
    return [
      "platform": .string(profile.platform), "frameworks": .array(frameworks),
      "questionnaires": .array(profile.cardPlaces.map { json($0) }),
    ]
  }

  /// Which questionnaire of PCI DSS; null where none fits or the profile does not say enough.
  private func json(_ place: CardPlace) -> JSON {
    let (type, reason) = questionnaire(of: place.cards)
    return ["type": type, "reason": reason, "storefronts": .array(place.storefronts.map { .string($0) })]
  }

  private func questionnaire(of cards: CardAcceptance?) -> (type: JSON, reason: JSON) {
    guard let cards else { return (.null, "the profile does not say cards: flow") }
    switch cards.selfAssessment {
    case .type(let type, let because): return (.string(type.rawValue), .string(because))
    case .none(let because): return (.null, .string(because))
    case .unknown(let missing): return (.null, .string("the profile does not say \(missing)"))
    }
  }
}
