import Assessment
import Obligations
import Primitives

/// Every component with a sample, for tests and for whoever changes one.
struct StyleguideModel: Sendable {
  struct Fields: Sendable {
    let sample: FieldText
  }

  let notice: NoticeText
  let errors: [FieldError]
  let statuses: [StatusText]
  let severities: [SeverityText]
  let outcomes: [OutcomeText]
  let states: [MarkText]
  let answers: [MarkText]
  let empty: EmptyText
  let moment: TimeText
  let control: ControlText?
  let finding: FindingText?
  let strip: [OverviewModel.StripMark]
  let duties: [DutyText]
  let form: Fields
  let verify: VerifyText?

  init(_ situation: Situation, advice: AdviceBook, titles: [Code<CheckName>: String], head: LedgerHead) {
    let (book, now) = (situation.book, situation.now)
    notice = NoticeText(kind: "success", text: Notice.attested.text)
    errors = [FieldError(field: "sample-text", text: "Say what you attest.")]
    statuses = Standing.allCases.sorted(by: >).map { StatusText($0) }
    severities = Severity.allCases.sorted(by: >).map { SeverityText($0) }
    outcomes = Outcome.allCases.map { OutcomeText($0) }
    states = ["fresh", "stale", "withdrawn"].map { MarkText(token: $0, words: $0) }
    answers = [
      MarkText(token: "applies", words: "applies"), MarkText(token: "undecided", words: "undecided"),
      MarkText(token: "does-not-apply", words: "does not apply"),
    ]
    empty = EmptyText(
      title: "Nothing matches", text: "No duty is due and mentions “cookies”.",
      link: LinkText(words: "Clear the filter", href: "/obligations"))
    moment = TimeText(now.advanced(by: .seconds(12 * 86_400)), asOf: now)
    control = situation.catalogue.duties.flatMap(\.controls).first { !$0.checks.isEmpty }
      .map { ControlText($0, in: situation, titles: titles) }
    finding = Self.finding(situation, advice)
    strip = situation.catalogue.duties.map {
      OverviewModel.StripMark(code: $0.code.text, title: $0.title, href: $0.href, status: book.statusText(of: $0))
    }
    let all = ObligationFilter(view: nil, standing: nil, framework: nil, search: nil, in: situation.catalogue)
    duties = Array(DutyText.all(all, in: situation).prefix(4))
    form = Fields(sample: FieldText("", name: "sample-text", errors: errors))
    verify = head.size > 0 ? VerifyText.panel(of: head.size - 1, under: head) : nil
  }

  /// One that nobody saw, with the advice of the first kind that has lines for servers.
  private static func finding(_ situation: Situation, _ book: AdviceBook) -> FindingText? {
    guard let advice = book.codes.lazy.compactMap({ book[$0] }).first(where: { !$0.configurations.isEmpty }),
      let check = situation.catalogue.duties.flatMap(\.controls).flatMap(\.checks).first
    else { return nil }
    let seen = SeenFinding(
      Finding(advice.code, advice.severity, seen: advice.title, at: "https://shop.example/"), by: check,
      at: "https://shop.example", in: Identifier(at: situation.now, random: 0), looked: situation.now)
    return FindingLibrary(book, in: situation, checks: [check]).text(of: seen, since: situation.now)
  }
}
