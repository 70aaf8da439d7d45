import Obligations
import Testing

@testable import Assessment

@Suite struct `Strict-Transport-Security` {
  private typealias Hop = TransportSighting.Hop

  private static let good = "max-age=63072000; includeSubDomains"

  private func hop(_ header: String?, at address: String = "https://shop.test/", status: Int = 200) -> Hop {
    Hop(address: address, status: status, header: header)
  }

  private func verdict(_ hops: [Hop], _ preload: TransportSighting.Preload? = nil) -> Verdict {
    TransportJudgement.hsts(TransportSighting(hops: hops, preload: preload))
  }

  @Test(arguments: [
    (good, []), ("\(good); preload", []), ("MAX-AGE=\"63072000\";includesubdomains", []),
    ("max-age=63072000", ["hsts-subdomains-missing"]), ("max-age=99999999999999999999; includeSubDomains", []),
    ("max-age=31536000; includeSubDomains", ["hsts-short"]), ("max-age=15768000;; includeSubDomains", ["hsts-short"]),
    ("max-age=0; includeSubDomains", ["hsts-short"]), ("max-age=86400; includeSubDomains", ["hsts-short"]),
    ("", ["hsts-malformed"]), ("includeSubDomains", ["hsts-malformed"]), ("max-age=", ["hsts-malformed"]),
    ("max-age=1y", ["hsts-malformed"]), ("max-age=31536000, max-age=31536000", ["hsts-malformed"]),
    ("max-age=1; max-age=2", ["hsts-malformed"]),
  ])
  func `is read as browsers read it`(header: String, codes: [String]) {
    #expect(verdict([hop(header)]).codes == codes)
  }

  @Test func `of half a year is in order, and two years are what the guideline asks for`() {
    #expect(verdict([hop("max-age=15768000; includeSubDomains")]).outcome == .satisfied)
    #expect(verdict([hop("max-age=15767999; includeSubDomains")]).outcome == .notSatisfied)
    #expect(verdict([hop("max-age=15768000; includeSubDomains")]).findings.first?.seen.contains("730") == true)
  }

  @Test func `counts over https only`() {
    #expect(verdict([hop(Self.good, at: "http://shop.test/")]).codes == ["hsts-missing"])
    #expect(verdict([hop(Self.good), hop(nil, at: "http://shop.test/in")]).codes == ["hsts-missing"])
    #expect(verdict([hop(nil, at: "http://shop.test/"), hop(Self.good)]).codes == [])
  }

  /// Whoever types the name without www is as unprotected as without any header.
  @Test func `is asked of every host on the way`() {
    let www = hop(Self.good, at: "https://www.shop.test/")
    #expect(verdict([hop(nil, status: 301), www]).codes == ["hsts-missing"])
    #expect(verdict([hop(nil, status: 301), www]).findings.first?.place == "https://shop.test/")
    #expect(verdict([hop(Self.good, status: 301), www]).codes == [])
    #expect(verdict([hop(Self.good, status: 301), hop(nil, at: "https://www.shop.test/")]).codes == ["hsts-missing"])
    // A host that gave it once is known to browsers.
    #expect(verdict([hop(nil, status: 302), hop(Self.good, at: "https://shop.test/en")]).codes == [])
  }

  @Test func `that an error page lacks may be on others`() {
    for status in [401, 403, 404, 429, 503] {
      #expect(verdict([hop(nil, status: status)]).outcome == .couldNotCheck)
      #expect(verdict([hop(Self.good, status: status)]).outcome == .satisfied)
    }
  }

  @Test func `that asks for preloading is held to each of its rules`() {
    let asking = "max-age=63072000; includeSubDomains; preload"
    func places(
      _ base: String?, plain hops: [String] = ["http://shop.test/"], secure: String? = "https://shop.test/",
      asked: Bool = true
    ) -> [String] {
      let plain = RedirectSighting(
        plainAddress: "http://shop.test/", hops: hops.map { .init(address: $0, status: 301) }, secureAddress: secure)
      let preload = TransportSighting.Preload(base: hop(base), plain: asked ? plain : nil, unseen: [])
      return verdict([hop(asking)], preload).findings.filter { $0.code == "hsts-preload-unready" }
        .map { $0.place.split(separator: " ").last.map(String.init) ?? "" }.sorted()
    }
    #expect(places(asking) == [])
    #expect(places(asking, asked: false) == [])
    #expect(places(asking, plain: [], secure: nil) == [])
    #expect(places(nil) == ["header"])
    #expect(places("max-age=63072000; includeSubDomains") == ["preload"])
    #expect(places("max-age=16000000; preload") == ["includeSubDomains", "max-age"])
    #expect(places(asking, secure: nil) == ["redirect"])
    #expect(places(asking, secure: "https://www.shop.test/") == ["redirect"])
    #expect(places(asking, plain: ["http://shop.test/", "http://shop.test/a"]) == ["redirect"])
    let unseen = TransportSighting.Preload(base: nil, plain: nil, unseen: ["no answer"])
    #expect(verdict([hop(asking)], unseen).outcome == .couldNotCheck)
  }

  @Test func `is looked for at every step of a visit`() async throws {
    let answer = { @Sendable (request: String) -> [UInt8] in
      let head =
        request.hasPrefix("GET /end")
        ? "HTTP/1.1 200 OK\r\nStrict-Transport-Security: max-age=1\r\n"
        : "HTTP/1.1 302 Found\r\nLocation: /end\r\nStrict-Transport-Security: max-age=2\r\n"
      return Array("\(head)Content-Length: 0\r\nConnection: close\r\n\r\n".utf8)
    }
    try await HostileServer.with(.answer(answer)) { server in
      let visit = TransportVisit(reach: AssessedShop.loopback)
      let sighting = try await visit.look(at: WebAddress("http://shop.test:\(server.port)/"))
      #expect(sighting.hops.map(\.header) == ["max-age=2", "max-age=1"])
      #expect(sighting.hops.map(\.status) == [302, 200])
    }
  }
}

@Suite struct `Where the way to the shop is looked at` {
  private func targets(_ yaml: String) throws -> [String: [String]] {
    let profile = try Profile(yaml: Array(yaml.utf8), file: "surety.yaml")
    let checks = try Assessment(reach: Reach(.publicInternet), trusting: nil).checks
    return Dictionary(uniqueKeysWithValues: checks.map { ($0.code.text, $0.targets(in: profile)) })
  }

  @Test func `is every place that the shop has on the network, once`() throws {
    let targets = try targets(
      """
      platform: Tea
      storefronts:
        - url: https://shop.example/en
          adminPanel: https://office.shop.example/admin
          paymentPages: [https://shop.example/checkout, https://pay.shop.example/card]
      endpoints: [https://api.shop.example/v1, "https://shop.example:8443/x", https://api.shop.example/v2]
      """)
    let others = [
      "https://pay.shop.example", "https://office.shop.example", "https://api.shop.example",
      "https://shop.example:8443",
    ]
    for check in ["tls.protocols", "tls.ciphers", "tls.certificate"] {
      #expect(targets[check] == ["https://shop.example"] + others, "\(check)")
    }
    #expect(targets["http.hsts"] == ["https://shop.example/en"] + others)
    // A port of its own has no http address beside it.
    #expect(
      targets["http.redirect"] == [
        "http://shop.example/", "http://pay.shop.example/", "http://office.shop.example/", "http://api.shop.example/",
      ])
  }
}
