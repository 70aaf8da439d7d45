import Logging
import NIOHTTP1
import Primitives
import TestKit
import Testing

@testable import Access
@testable import Console

@Suite struct `Every route of the console` {
  /// What anybody may ask for; whoever adds to it says so here.
  private static let open: Set = [
    "GET /api/openapi.json", "GET /gateway/begin", "GET /gateway/finish", "GET /gateway/jwks.json",
    "GET /gateway/sign-in", "GET /gateway/verify", "GET /invitation", "POST /invitation", "POST /invitation/passkey",
    "POST /invitation/password", "GET /sign-in", "POST /sign-in", "POST /sign-in/passkey", "GET /sign-in/openid",
    "GET /sign-in/openid/callback", "GET /standing",
  ]

  private static func routes(_ server: SignedInServer) async throws -> Routes {
    let rooms = server.rooms
    let rules = "console: https://surety.example\nhosts: [{host: a.example, rules: [{path: /, deny: true}]}]"
    let provider = try OpenIDProvider(Array(TestOpenIDProvider.file.utf8), file: "openid.yaml", roles: .shipped())
    let fetcher = try HTTPFetcher()
    await fetcher.close()
    let all = Rooms(
      database: rooms.database, register: rooms.register, advice: rooms.advice, journal: rooms.journal,
      policy: rooms.policy, access: rooms.access,
      singleSignOn: SingleSignOn(
        OpenIDClient(provider, over: OpenIDFetcher(fetcher)), console: "https://surety.example"),
      gateway: try await Gateway(
        over: rooms.access, rules: GatewayRules(Array(rules.utf8), file: "gateway.yaml", roles: .shipped())),
      looks: LookFeed(), isDemo: true, databaseName: "a test")
    let http = try Server(on: Server.Address("127.0.0.1:0"), certificate: nil, logger: Logger(label: "test")) { _ in }
    return http.consoleRoutes(of: all, try PageRenderer(isDemo: true))
  }

  @Test func `names the action that it is for, or is for anybody and stands in a list`() async throws {
    try await SignedInServer.with { server in
      let registered = try await Self.routes(server).registered
      let open = registered.filter { $0.audience == .anybody }.map { "\($0.method) /\($0.path.drop { $0 == "/" })" }
        .filter { !$0.hasPrefix("GET /assets/") }
      #expect(Set(open).symmetricDifference(Self.open).sorted() == [])
      #expect(registered.count > 80)
    }
  }

  @Test func `that is for members answers nobody else`() async throws {
    try await SignedInServer.with(isDemo: true) { server in
      var asked = 0
      for route in try await Self.routes(server).registered where route.audience != .anybody {
        let path = "/\(route.path.drop { $0 == "/" })".replacing(/\{[^}]*\}/, with: "x")
        // Those of rooms that this server has not are not there at all.
        guard !path.hasPrefix("/gateway/"), !path.hasSuffix("/openid") else { continue }
        let answer =
          route.method == "GET"
          ? try await server.get(path, signedIn: false) : try await server.post(path, [:], csrf: nil, signedIn: false)
        let isRefused = answer.status == .unauthorized || answer.location?.hasPrefix("/sign-in") == true
        let isOtherMethod = answer.status == .notFound && route.method != "GET" && route.method != "POST"
        #expect(isRefused || isOtherMethod, "\(route.method) \(path): \(answer.status)")
        asked += 1
      }
      #expect(asked > 60)
    }
  }
}
