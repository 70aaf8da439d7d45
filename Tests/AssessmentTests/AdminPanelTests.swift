import Obligations
import Testing

@testable import Assessment

@Suite struct `The admin panel` {
  private func exchange(
    _ body: String = "", at address: String = "https://shop.test/admin", status: Int = 200, location: String? = nil
  ) throws -> Exchange {
    Exchange(
      address: try WebAddress(address), status: status, headers: location.map { [(name: "Location", value: $0)] } ?? [],
      body: Array(body.utf8), isCutOff: false)
  }

  static let password = "<form action=/in><input name=user><input type=password></form>"
  static let factor = "<form><input type=password><input name=otp></form>"

  @Test(arguments: [
    (password, 200, AdminSighting.Answer.passwordOnly), (factor, 200, .secondFactor),
    (factor + password, 200, .passwordOnly),
    ("", 401, .guarded), ("", 403, .guarded), ("<a href=/logout>x</a>", 200, .open),
    ("<a href=/x>Abmelden</a>", 200, .open),
    ("<form action=/admin/sign-out><button>x</button></form>", 200, .open), ("<div id=app></div>", 200, .unrecognised),
    ("", 200, .unrecognised), ("", 404, .nothing), ("", 500, .nothing),
  ])
  func `what answers is recognised`(body: String, status: Int, expected: AdminSighting.Answer) throws {
    #expect(AdminVisit.answer([try exchange(body, status: status)], marks: true) == expected)
  }

  @Test func `what has no marks of a panel is none at a usual place`() throws {
    #expect(AdminVisit.answer([try exchange(Self.password)], marks: false) == .nothing)
    #expect(AdminVisit.answer([try exchange("<a href=/logout>")], marks: false) == .nothing)
    #expect(AdminVisit.answer([try exchange(status: 401)], marks: false) == .guarded)
  }

  @Test func `a sign-in on another host guards`() throws {
    let away = try exchange(status: 302, location: "https://sso.test/login?client=x")
    #expect(AdminVisit.answer([away], marks: false) == .guarded)
    let elsewhere = try exchange(status: 302, location: "https://other.test/")
    #expect(AdminVisit.answer([elsewhere], marks: false) == .nothing)
    #expect(AdminVisit.answer([elsewhere], marks: true) == .guarded)
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
    #expect(verdict([.guarded]).outcome == .satisfied)
    #expect(verdict([.secondFactor]).outcome == .satisfied)
    #expect(verdict([.unrecognised]).outcome == .couldNotCheck)
    #expect(verdict([]).outcome == .couldNotCheck)
    #expect(verdict([.guarded], unanswered: ["/x"]).outcome == .couldNotCheck)
    #expect(verdict([.passwordOnly], unanswered: ["/x"]).outcome == .notSatisfied)
  }

  @Test func `the panels that are shipped can be read`() throws {
    let panels = try AdminPanel.shipped()
    #expect(panels.count > 5)
    #expect(panels.contains { $0.platform == "Magento" })
  }
}
