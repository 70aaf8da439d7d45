import Foundation
import Obligations
import Primitives
import TestKit
import Testing

@testable import Assessment

@Suite struct `Around the gateway` {
  private static let host = GuardedHost(
    name: "admin.shop.test", address: "https://admin.shop.test", paths: ["/admin"], origins: [])

  private func exchange(
    _ status: Int, to location: String? = nil, asking challenge: String? = nil, at path: String = "/admin"
  ) throws -> Exchange {
    let headers = [("Location", location), ("WWW-Authenticate", challenge)].compactMap { name, value in
      value.map { (name: name, value: $0) }
    }
    return Exchange(
      address: try WebAddress("https://shop.test\(path)"), status: status, headers: headers, body: [], isCutOff: false)
  }

  @Test(
    arguments: [
      (302, "/.surety/begin?return=/admin", nil, GatewaySighting.Answer.gateway), (302, "/admin/login", nil, .shop),
      (302, "https://elsewhere.test/", nil, .shop), (401, nil, nil, .closed), (403, nil, nil, .closed),
      (401, nil, "Basic realm=x", .shop), (200, nil, nil, .shop), (404, nil, nil, .nothing), (502, nil, nil, .unclear),
    ] as [(Int, String?, String?, GatewaySighting.Answer)])
  func `what answers where the gateway is to be asked is told apart`(
    status: Int, location: String?, challenge: String?, expected: GatewaySighting.Answer
  ) throws {
    #expect(GatewayVisit.answerBehind(try exchange(status, to: location, asking: challenge)) == expected)
  }

  @Test(
    arguments: [
      (302, "/admin/login", false, GatewaySighting.Answer.shop), (302, "/admin/login", true, .shop),
      (302, "https://admin.shop.test/admin", false, .gateway), (302, "http://admin.shop.test/admin", false, .shop),
      (302, "/", true, .nothing), (302, "/", false, .shop), (200, nil, false, .shop), (200, nil, true, .nothing),
      (404, nil, false, .nothing), (403, nil, false, .closed), (500, nil, false, .unclear),
    ] as [(Int, String?, Bool, GatewaySighting.Answer)])
  func `what answers beside it is told apart`(
    status: Int, location: String?, isUsual: Bool, expected: GatewaySighting.Answer
  ) throws {
    let exchange = try exchange(status, to: location)
    #expect(GatewayVisit.answerBeside(exchange, Self.host, isUsual: isUsual) == expected)
  }

  @Test func `a shop that leads to its own sign-in under the guarded name is no gateway`() throws {
    let exchange = Exchange(
      address: try WebAddress("https://admin.shop.test:8443/admin"), status: 302,
      headers: [("Location", "/admin/login")], body: [], isCutOff: false)
    #expect(GatewayVisit.answerBeside(exchange, Self.host, isUsual: true) == .shop)
  }

  /// A proxy that asks a gateway, or does not.
  private static func proxy(asks: Bool) -> HostileServer.Conduct {
    .answer { request in
      // To anybody who asks for another host it says nothing of the panel.
      guard request.lowercased().contains("host: admin.shop.test\r\n") else {
        return HostileServer.page("no such host", status: "404 Not Found")
      }
      return asks
        ? HostileServer.page("", status: "302 Found", headers: ["Location: /.surety/begin?return=%2Fadmin"])
        : HostileServer.page("<form><input type=password></form>")
    }
  }

  private static let shop = HostileServer.Conduct.answer { request in
    request.contains("GET /admin") ? HostileServer.page("the panel") : HostileServer.page("no", status: "404 Not Found")
  }

  private func verdict(_ proxy: HostileServer.Conduct, origin: HostileServer.Conduct?) async throws -> Verdict {
    try await HostileServer.with(proxy) { proxy in
      try await HostileServer.with(origin ?? .hangUp) { listener in
        let host = GuardedHost(
          name: "admin.shop.test", address: "http://127.0.0.1:\(proxy.port)", paths: ["/admin", "/admin/orders"],
          origins: origin == nil ? [] : ["http://127.0.0.1:\(listener.port)"])
        let check = GatewayCheck(
          visit: GatewayVisit(reach: AssessedShop.loopback, surroundings: .system), guarded: [host])
        let sighting = try await check.look(at: "admin.shop.test", in: CheckContext())
        return check.judge(sighting, at: Surroundings.system.now())
      }
    }
  }

  @Test func `a shop that listens to the proxy only is closed`() async throws {
    let verdict = try await verdict(Self.proxy(asks: true), origin: .hangUp)
    #expect(verdict.outcome == .satisfied, "\(verdict)")
    let silent = try await self.verdict(
      Self.proxy(asks: true), origin: .answer { _ in HostileServer.page("no", status: "403 Forbidden") })
    #expect(silent.outcome == .satisfied, "\(silent)")
  }

  @Test func `a shop that answers beside the proxy is found, and a proxy that does not ask`() async throws {
    let beside = try await verdict(Self.proxy(asks: true), origin: Self.shop)
    #expect(beside.findings.map(\.code) == ["gateway-walked-around", "gateway-walked-around"])
    let unasked = try await verdict(Self.proxy(asks: false), origin: .hangUp)
    #expect(unasked.findings.map(\.code) == ["gateway-not-asked", "gateway-not-asked"])
    #expect(unasked.outcome == .notSatisfied)
  }

  @Test func `without the shop's own address nothing is proven`() async throws {
    let verdict = try await verdict(Self.proxy(asks: true), origin: nil)
    #expect(verdict.outcome == .couldNotCheck)
    #expect(verdict.unseen.first?.contains("name it as origins of admin.shop.test") == true)
  }

  @Test func `a proxy that is silent proves nothing`() async throws {
    let port = try await FreePort.next()
    let host = GuardedHost(
      name: "admin.shop.test", address: "http://127.0.0.1:\(port)", paths: ["/admin"],
      origins: ["http://127.0.0.1:\(port)"])
    let visit = GatewayVisit(reach: AssessedShop.loopback, surroundings: .system)
    await #expect(throws: AssessmentError.self) { try await visit.look(at: host) }
  }

  @Test func `each storefront is tried beside it`() async throws {
    let profile = try Profile(
      yaml: Array(
        """
        platform: A shop
        storefronts:
          - url: https://shop.test
          - url: https://admin.shop.test
        """.utf8), file: "surety.yaml")
    let visit = GatewayVisit(reach: AssessedShop.loopback, surroundings: .system)
    let check = GatewayCheck(visit: visit, guarded: [Self.host])
    #expect(
      check.targets(in: profile)
        == ["admin.shop.test", "https://shop.test beside admin.shop.test"])
    #expect(GatewayCheck(visit: visit, guarded: []).targets(in: profile).isEmpty)
    await #expect(throws: AssessmentError.self) { try await check.look(at: "https://shop.test/", in: CheckContext()) }
    try await HostileServer.with(Self.shop) { server in
      let sighting = try await check.look(
        at: "http://127.0.0.1:\(server.port) beside admin.shop.test", in: CheckContext())
      #expect(sighting.places.map(\.answer) == [.shop])
    }
  }
}
