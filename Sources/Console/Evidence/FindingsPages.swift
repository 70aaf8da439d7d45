import Access
import Assessment
import HTTPTypes
import Hummingbird
import Obligations
import Primitives

/// What the newest looks found wrong: all of it, and one kind of weakness with all its places.
struct FindingsPages {
  let routes: Routes

  func add() {
    routes.page("findings", for: .read) { visit in .page(try await list(visit)) }
    routes.page("findings/{code}", for: .read) { visit in
      .page(try await finding(Code(try visit.parameter("code"))))
    }
  }

  private func list(_ visit: Visit) async throws -> Page {
    let situation = try await Situation.now(of: routes.rooms.register)
    let all = situation.book.findings
    let library = FindingLibrary(routes.rooms.advice, in: situation, checks: Set(all.map(\.check)))
    let selection = FindingsModel.Selection(
      severity: visit.query("severity").flatMap { Severity(rawValue: $0) },
      duty: visit.query("duty").map { Code($0) }, search: SearchWords(visit.query("q")))
    let selected = all.filter { selection.takes($0, library) }
    let shown = try await texts(of: Array(selected.prefix(FindingsModel.mostRows)), library)
    let model = FindingsModel(all: all, selected: selected, shown: shown, by: selection, book: situation.book)
    return Page("findings", heading: "Findings", menu: .findings, model: model)
  }

  private func texts(of findings: [SeenFinding], _ library: FindingLibrary) async throws -> [FindingText] {
    let starts = try await routes.rooms.register.starts(of: findings)
    return findings.map { library.text(of: $0, since: starts[$0] ?? $0.at) }
  }

  private func finding(_ code: Code<Advice>) async throws -> Page {
    let situation = try await Situation.now(of: routes.rooms.register)
    let found = situation.book.findings.filter { $0.finding.code == code }
    let advice = routes.rooms.advice[code]
    guard advice != nil || !found.isEmpty else { throw Problem(.notFound, "No weakness has that name.") }
    let library = FindingLibrary(routes.rooms.advice, in: situation, checks: Set(found.map(\.check)))
    let places = try await texts(of: Array(found.prefix(FindingsModel.mostRows)), library)
    let text = FindingModel.AdviceText(
      code: code.text, severity: SeverityText(found.first?.finding.severity ?? advice?.severity ?? .note),
      title: library.title(of: code), why: advice?.why, fix: advice?.fix,
      configurations: library.configurations(of: code), reference: advice?.reference,
      duties: places.flatMap(\.duties).distinct, requirements: places.flatMap(\.requirements).distinct)
    let empty = EmptyText(
      title: "Not seen now", text: "None of the newest looks saw this weakness.",
      link: LinkText(words: "See what was seen", href: "/findings"))
    return Page(
      "finding", heading: text.title, menu: .findings,
      model: FindingModel(
        advice: text, places: places.map(FindingModel.Place.init),
        cut: places.count < found.count
          ? "These are the first \(places.count) of \(CountText.words(found.count, "place")); the API lists them all."
          : nil,
        empty: places.isEmpty ? empty : nil))
  }
}

extension Array where Element: Hashable {
  /// Each element once, where it stood first.
  fileprivate var distinct: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
