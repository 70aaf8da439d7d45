import Assessment
import Obligations
import Primitives

/// A weakness as pages show it: what was seen, why it matters, how to mend it, what it breaks.
struct FindingText: Sendable {
  struct ConfigurationText: Sendable {
    let server: String
    let lines: String
  }

  struct DutyText: Hashable, Sendable {
    let code: String
    let title: String
    let href: String
  }

  /// Until when somebody accepts it.
  struct ExceptionText: Sendable {
    let ends: TimeText
    let href: String
    let approver: String
  }

  let code: String
  let href: String
  let severity: SeverityText
  let title: String
  let seen: String
  let place: String
  let check: String
  let checkHref: String
  let target: String
  let observationHref: String
  let since: TimeText
  let why: String?
  let fix: String?
  let configurations: [ConfigurationText]
  let reference: String?
  let duties: [DutyText]
  let requirements: [LinkText]
  let exception: ExceptionText?

  static func href(_ code: Code<Advice>) -> String { "/findings/\(Routes.encoded(code.text))" }
}

/// What is said of weaknesses beyond what was seen: advice, what they break, and whether that is accepted.
struct FindingLibrary: Sendable {
  /// What leans on a check.
  struct Burden: Sendable {
    var duties: [FindingText.DutyText] = []
    var requirements: [LinkText] = []
    var exception: FindingText.ExceptionText?
  }

  private let advice: AdviceBook
  private let catalogue: Catalogue
  /// What does not apply to the platform is not broken.
  private let applying: Set<Code<Requirement>>
  private let burdens: [Code<CheckName>: Burden]
  private let now: Instant

  /// - Parameter checks: those whose weaknesses are asked for.
  init(_ advice: AdviceBook, in situation: Situation, checks: Set<Code<CheckName>>) {
    self.advice = advice
    now = situation.now
    catalogue = situation.book.catalogue
    let applying = situation.applying
    self.applying = applying
    burdens = Dictionary(
      checks.map { ($0, Self.burden(of: $0, situation.book, applying: applying)) }, uniquingKeysWith: { $1 })
  }

  private static func burden(
    of check: Code<CheckName>, _ book: EvidenceBook, applying: Set<Code<Requirement>>
  ) -> Burden {
    let duties = book.catalogue.duties(behind: check)
    let controls = Set(duties.flatMap(\.controls).filter { $0.checks.contains(check) }.map(\.code))
    let exception = book.exceptions.first { exception in
      guard case .control(let code) = exception.subject else { return false }
      return controls.contains(code) && exception.isInForce(at: book.now)
    }
    return Burden(
      duties: duties.map { FindingText.DutyText(code: $0.code.text, title: $0.title, href: $0.href) },
      requirements: book.catalogue.requirements(behind: check).filter { applying.contains($0.1.code) }
        .map { framework, requirement in
          LinkText(words: "\(framework.short) \(requirement.clause)", href: requirement.href)
        },
      exception: exception.map { exception in
        FindingText.ExceptionText(
          ends: TimeText(exception.ends, asOf: book.now), href: "/exceptions/\(exception.id)",
          approver: AuthorText.name(exception.approver))
      })
  }

  /// What a weakness breaks. A note is worth knowing and breaks nothing.
  func burden(of seen: SeenFinding) -> Burden {
    seen.finding.severity == .note ? Burden() : burdens[seen.check] ?? Burden()
  }

  func title(of code: Code<Advice>) -> String { advice[code]?.title ?? code.text }

  func configurations(of code: Code<Advice>) -> [FindingText.ConfigurationText] {
    advice[code]?.configurations.map { FindingText.ConfigurationText(server: $0.server, lines: $0.lines) } ?? []
  }

  func text(of seen: SeenFinding, since: Instant) -> FindingText {
    let finding = seen.finding
    let report = FindingReport(
      finding, by: seen.check, at: seen.target, advice: advice, catalogue: catalogue, applying: applying)
    let advice = report.advice
    return FindingText(
      code: finding.code.text, href: FindingText.href(finding.code), severity: SeverityText(finding.severity),
      title: report.title, seen: finding.seen, place: finding.place, check: seen.check.text,
      checkHref: CheckLook.href(seen.check, at: seen.target), target: seen.target,
      observationHref: ObservationText.href(seen.observation), since: TimeText(since, asOf: now),
      why: advice?.why, fix: advice?.fix, configurations: configurations(of: finding.code),
      reference: advice?.reference,
      duties: report.duties.map { FindingText.DutyText(code: $0.code.text, title: $0.title, href: $0.href) },
      requirements: report.requirements.map { framework, requirement in
        LinkText(words: "\(framework.short) \(requirement.clause)", href: requirement.href)
      },
      exception: burden(of: seen).exception)
  }
}
