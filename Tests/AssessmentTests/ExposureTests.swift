import Obligations
import Testing

@testable import Assessment

@Suite struct `Files that shops leak` {
  private func signature(_ yaml: String) throws -> ExposureSignature {
    try ExposureSignature(
      YAMLDocument(Array("id: x\nkind: secrets\nplatform: any\ntitle: A file\npaths: [/x]\n\(yaml)".utf8), file: "x")
        .root)
  }

  private func answer(_ body: String, status: Int = 200, at path: String = "/x") throws -> Exchange {
    Exchange(
      address: try WebAddress("https://shop.test\(path)"), status: status, headers: [], body: Array(body.utf8),
      isCutOff: false)
  }

  @Test func `a body is recognised by everything that is asked for`() throws {
    let signature = try signature(
      "starts: [\"41\", \"42\"]\ncontains: [one, two]\ncontainsAny: [red, blue]\nlacks: [html]")
    #expect(signature.matches(Array("A one two red".utf8)))
    #expect(signature.matches(Array("B two one blue red".utf8)))
    for other in ["C one two red", "A one red", "A one two", "A one two red html", ""] {
      #expect(!signature.matches(Array(other.utf8)))
    }
  }

  @Test func `only the beginning of a body is looked at`() throws {
    let signature = try signature("contains: [secret]")
    let padding = String(repeating: " ", count: ExposureSignature.window)
    #expect(!signature.matches(Array((padding + "secret").utf8)))
  }

  @Test func `a signature without anything to recognise is refused`() {
    #expect(throws: ObligationsError.self) { try signature("lacks: [html]") }
    #expect(throws: ObligationsError.self) { try signature("starts: [zz]") }
    #expect(throws: ObligationsError.self) { try signature("contains: [x]\nunknown: x") }
  }

  @Test func `patterns are found wherever they stand`() {
    let body = Array("aaab".utf8)[...]
    #expect(body.holds(Array("aab".utf8)))
    #expect(body.holds(Array("aaab".utf8)))
    #expect(!body.holds(Array("aaaab".utf8)))
    #expect(!body.holds(Array("ba".utf8)))
    #expect(body.dropFirst(3).holds(Array("b".utf8)))
    #expect(!body.dropFirst(4).holds(Array("b".utf8)))
    #expect(body.holds([]))
  }

  @Test func `the page that every path gets is no hit`() throws {
    let words = (0..<100).map { "word\($0)" }.joined(separator: " ")
    let unknown = UnknownPathAnswers(
      [try answer("<p>\(words) /abc", status: 200), try answer("gone", status: 404)],
      home: try WebAddress("https://shop.test"))
    #expect(unknown.resembles(try answer("<p>\(words) /.env", status: 200)))
    #expect(unknown.resembles(try answer("gone", status: 404)))
    #expect(!unknown.resembles(try answer("<p>\(words)", status: 500)))
    #expect(!unknown.resembles(try answer("DB_PASSWORD=x", status: 200)))
    #expect(!unknown.resembles(try answer("", status: 200)))
    let closed = UnknownPathAnswers([try answer("a", status: 403)], home: unknown.home)
    #expect(closed.resembles(try answer("b", status: 403)))
  }

  @Test func `a hit leads to a finding of its kind`() {
    func verdict(_ hits: [(kind: String, path: String)], unanswered: [String] = []) -> Verdict {
      ExposureSighting(
        hits: hits.map {
          .init(signature: "x", kind: $0.kind, title: "A file", address: "https://shop.test\($0.path)")
        },
        asked: 9, unanswered: unanswered
      ).verdict()
    }
    #expect(verdict([]).outcome == .satisfied)
    #expect(verdict([], unanswered: ["/x"]).outcome == .couldNotCheck)
    #expect(
      verdict([("secrets", "/.env"), ("secrets", "/.env"), ("log", "/a")]).codes == ["exposed-log", "exposed-secrets"])
    #expect(verdict([("secrets", "/.env")], unanswered: ["/x"]).outcome == .notSatisfied)
  }

  @Test func `the signatures that are shipped can be read, and none takes a plain page for a leak`() throws {
    let signatures = try ExposureSignature.shipped()
    #expect(signatures.count > 30)
    #expect(Set(signatures.map(\.name)).count == signatures.count)
    let page = Array(
      "<!doctype html><html><head><title>Tea shop</title></head><body><h1>Tea</h1><p>404 not found</p></body></html>"
        .utf8)
    #expect(signatures.filter { $0.matches(page) }.map(\.name) == [])
  }
}
