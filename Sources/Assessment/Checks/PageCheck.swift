import Obligations
import Primitives

/// A check that judges a page as it is answered.
struct PageCheck: Check {
  /// Which pages of the shop.
  enum Pages: Sendable { case front, payment, frontAndPayment }

  let code: Code<CheckName>
  let title: String
  let pages: Pages
  let visits: PageVisits
  let judgement: @Sendable (PageSighting) -> Verdict

  let interval: Duration = .days(1)
  let validity: Duration = .days(3)

  /// What stands before the address of a payment page: there nothing else will do, while a front page may lead on.
  private static let payment = "payment page "

  func targets(in profile: Profile) -> [String] {
    profile.storefronts.flatMap { storefront in
      (pages == .payment ? [] : [storefront.url])
        + (pages == .front ? [] : storefront.paymentPages.map { Self.payment + $0 })
    }.unique
  }

  func look(at target: String, in context: CheckContext) async throws -> PageSighting {
    guard target.hasPrefix(Self.payment) else { return try await visits.page(at: target, for: code) }
    return try await visits.page(at: String(target.dropFirst(Self.payment.count)), isExact: true, for: code)
  }

  func judge(_ sighting: PageSighting, at now: Instant) -> Verdict {
    guard let place = sighting.ledFrom else { return judgement(sighting) }
    // A visitor who has not signed in and has nothing in the cart is sent away: seen, and no page to judge.
    let lack =
      "\(place) leads to \(sighting.address), so nobody saw the payment page; name an address at which it opens without "
      + "a sign-in and without a cart"
    return Verdict(summary: lack, findings: [], unseen: [lack])
  }

  /// Every check of this kind.
  static func all(_ visits: PageVisits) -> [PageCheck] {
    [
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
        code: "page.integrity", title: "Scripts of other hosts are pinned", pages: .front, visits: visits,
        judgement: PageJudgement.integrity),
      PageCheck(
        code: "payment.integrity", title: "Scripts of other hosts on payment pages are pinned", pages: .payment,
        visits: visits, judgement: PageJudgement.integrity),
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
