import Obligations
import Testing

@testable import Assessment

@Suite struct `The admin panel` {
  private func exchange(
    _ body: String = "", at address: String = "https://shop.test/admin", status: Int = 200, location: String? = nil,
    asking challenge: String? = nil
  ) throws -> Exchange {
    let headers = [("Location", location), ("WWW-Authenticate", challenge)].compactMap { name, value in
      value.map { (name: name, value: $0) }
    }
    return Exchange(
      address: try WebAddress(address), status: status, headers: headers, body: Array(body.utf8), isCutOff: false)
  }

  static let password = "<form action=/in><input name=user><input type=password></form>"
  static let factor = "<form><input type=password><input name=otp></form>"

  @Test(arguments: [
    (password, 200, AdminSighting.Answer.passwordForm), (factor, 200, .secondFactor),
    (factor + password, 200, .passwordForm),
    ("", 401, .guarded), ("", 403, .guarded), ("<a href=/logout>x</a>", 200, .open),
    ("<a href=/x>Abmelden</a>", 200, .open),
    ("<form action=/admin/sign-out><button>x</button></form>", 200, .open), ("<div id=app></div>", 200, .unrecognised),
    ("", 200, .unrecognised), ("", 404, .nothing), ("", 500, .nothing),
  ])
  func `what answers is recognised`(body: String, status: Int, expected: AdminSighting.Answer) throws {
    #expect(AdminVisit.answer([try exchange(body, status: status)], marks: true) == expected)
  }

  @Test(arguments: [
    ("Basic realm=\"x\"", AdminSighting.Answer.passwordOnly), ("digest realm=x, nonce=y", .passwordOnly),
    ("Negotiate, Basic realm=x", .passwordOnly), ("Bearer realm=\"a, basic b\"", .guarded), ("Negotiate", .guarded),
    ("", .guarded), ("Basically", .guarded),
  ])
  func `a sign-in of HTTP itself is a password alone`(challenge: String, expected: AdminSighting.Answer) throws {
    for marks in [true, false] {
      #expect(AdminVisit.answer([try exchange(status: 401, asking: challenge)], marks: marks) == expected)
    }
    // With another status the header asks for nothing.
    #expect(AdminVisit.answer([try exchange(status: 403, asking: challenge)], marks: true) == .guarded)
  }

  @Test func `what has no marks of a panel is none at a usual place`() throws {
    #expect(AdminVisit.answer([try exchange(Self.password)], marks: false) == .nothing)
    #expect(AdminVisit.answer([try exchange("<a href=/logout>")], marks: false) == .nothing)
    #expect(AdminVisit.answer([try exchange(status: 401)], marks: false) == .guarded)
  }

  @Test func `a sign-in on another host is told apart from the panel`() throws {
    let away = try exchange(status: 302, location: "https://sso.test/login?client=x")
    #expect(AdminVisit.answer([away], marks: false) == .elsewhere)
    let elsewhere = try exchange(status: 302, location: "https://other.test/")
    #expect(AdminVisit.answer([elsewhere], marks: false) == .nothing)
    #expect(AdminVisit.answer([elsewhere], marks: true) == .elsewhere)
    let www = try exchange(status: 302, location: "https://www.shop.test/login")
    #expect(AdminVisit.answer([www], marks: false) == .nothing)
  }

  @Test func `an answer leads to its verdict`() {
    func verdict(_ answers: [AdminSighting.Answer], unanswered: [String] = []) -> Verdict {
      let places = answers.map { AdminSighting.Place(address: "https://shop.test/admin", answer: $0) }
      return AdminSighting(places: places, asked: 3, unanswered: unanswered).verdict()
    }
    #expect(verdict([.open]).codes == ["admin-open"])
    #expect(verdict([.passwordOnly]).codes == ["admin-without-second-factor"])
    #expect(verdict([.secondFactor]).outcome == .satisfied)
    #expect(verdict([]).outcome == .couldNotCheck)
    #expect(verdict([.secondFactor], unanswered: ["/x"]).outcome == .couldNotCheck)
    #expect(verdict([.passwordOnly], unanswered: ["/x"]).outcome == .notSatisfied)
    // What nobody outside can see is neither in order nor a weakness, and the words say what to do about it.
    for answer in [AdminSighting.Answer.guarded, .elsewhere, .passwordForm, .unrecognised] {
      for answers in [[answer], [.secondFactor, answer]] {
        let verdict = verdict(answers)
        #expect(verdict.outcome == .couldNotCheck && verdict.findings == [], "\(answers)")
        #expect(verdict.summary.lowercased().contains("attest"), "\(answers)")
      }
    }
  }

  @Test func `what is known of a shop system is said`() {
    func summary(_ factor: AdminPanel.SecondFactor?) -> String {
      let place = AdminSighting.Place(
        address: "https://shop.test/admin", answer: .passwordForm, platform: "Magento", factor: factor)
      return AdminSighting(places: [place], asked: 1, unanswered: []).verdict().summary
    }
    #expect(summary(.nextPage).contains("Magento can ask for a code there"))
    #expect(summary(.addOn).contains("with an add-on only"))
    #expect(!summary(nil).contains("Magento"))
  }

  @Test func `paths beyond those that are named are counted`() {
    let paths = (1...14).map { "/\($0)" }
    let unseen = AdminSighting(places: [], asked: 20, unanswered: paths).verdict().unseen
    #expect(unseen.count == 12 && unseen.last == "4 more paths gave no readable answer.")
    let exposures = ExposureSighting(hits: [], asked: 30, unanswered: (1...21).map { "/\($0)" }).verdict().unseen
    #expect(exposures.count == 21 && exposures.last == "1 more path gave no readable answer.")
    #expect(["/a"].unansweredSentences(most: 1) == ["/a gave no readable answer."])
  }

  @Test func `the panels that are shipped can be read`() throws {
    let panels = try AdminPanel.shipped()
    #expect(panels.count > 5)
    #expect(panels.contains { $0.platform == "Magento" })
  }
}
