import Obligations
import Primitives

/// A check that judges a page as it is answered.
struct PageCheck: Check {
  /// Which pages of the shop.
  enum Pages: Sendable { case front, frontAndPayment }

  let code: Code<CheckName>
  let title: String
  let pages: Pages
  let visits: PageVisits
  let judgement: @Sendable (PageSighting) -> Verdict

  let interval: Duration = .days(1)
  let validity: Duration = .days(3)

  func targets(in profile: Profile) -> [String] {
    profile.storefronts.flatMap { pages == .front ? [$0.url] : [$0.url] + $0.paymentPages }.unique
  }

  func look(at target: String, in context: CheckContext) async throws -> PageSighting {
    try await visits.page(at: target, for: code)
  }

  func judge(_ sighting: PageSighting, at now: Instant) -> Verdict { judgement(sighting) }

  /// Every check of this kind.
  static func all(_ visits: PageVisits) -> [PageCheck] {
    [
      PageCheck(
        code: "http.hsts", title: "Browsers are told to insist on https", pages: .front, visits: visits,
        judgement: TransportJudgement.hsts),
      PageCheck(
        code: "http.headers", title: "Headers guard against framing, sniffing and leaks", pages: .frontAndPayment,
        visits: visits, judgement: HeaderJudgement.headers),
      PageCheck(
        code: "http.csp", title: "A policy says what a page may load and run", pages: .frontAndPayment,
        visits: visits, judgement: PolicyJudgement.verdict),
      PageCheck(
        code: "http.cookies", title: "Cookies are sent over https only, and where they belong",
        pages: .frontAndPayment, visits: visits, judgement: HeaderJudgement.cookies),
      PageCheck(
        code: "http.disclosure", title: "No version of a program is named", pages: .front, visits: visits,
        judgement: HeaderJudgement.disclosure),
      PageCheck(
        code: "page.mixed-content", title: "Nothing on a page is loaded over http", pages: .frontAndPayment,
        visits: visits, judgement: PageJudgement.mixedContent),
      PageCheck(
        code: "page.integrity", title: "Scripts of other hosts are pinned", pages: .frontAndPayment, visits: visits,
        judgement: PageJudgement.integrity),
    ]
  }
}

extension Duration {
  static func days(_ number: Int) -> Duration { .seconds(number * 86_400) }
}

extension Array where Element: Hashable {
  /// Each element once, where it was first.
  var unique: [Element] {
    var seen: Set<Element> = []
    return filter { seen.insert($0).inserted }
  }
}
