import Access
import Assessment
import Console
import Foundation
import Journal
import NIOCore
import Obligations
import Primitives
import ServiceLifecycle
import Storage
import TestKit

/// Decisions about who may do what: in process, at the gateway over the loopback, and behind nginx beside an answer that
/// nginx gives itself.
struct AccessBench {
  let directory: String
  let seconds: Double

  private static let host = "admin.shop.example"
  private static let connections = 16

  func run(_ report: Report) async throws {
    if report.wants("access.decide") { try decide(report) }
    guard report.wants("gateway.verify") else { return }
    let home = try TemporaryDirectory(at: "\(directory)/access")
    defer { home.remove() }
    let database = try await Database.open(.sqlite(path: home.file("access.sqlite")))
    do {
      try await gateway(report, database, home)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }

  /// The median of many decisions, each a permit with every demand checked.
  private func decide(_ report: Report) throws {
    let table = try RoleTable.shipped()
    let authorizer = RoleAuthorizer(table)
    guard let role = table["support"] else { throw TestSetupError(description: "there is no role support") }
    let now = Surroundings.system.now()
    let request = AccessRequest(
      principal: Principal(name: "member:ada", role: role.id, actions: role.actions), action: .useShop,
      resource: Resource(
        kind: "shop", name: Self.host,
        demand: Resource.Demand(roles: ["owner", "support"], strength: .phishingResistant, fresh: .seconds(900))),
      context: AccessContext(
        now: now, strength: .phishingResistant, proven: now, address: "198.51.100.7", device: "a browser"))
    let (rounds, each) = (2_000, 100)
    var times: [Double] = []
    for _ in 0..<rounds {
      let start = ContinuousClock.now
      for _ in 0..<each {
        guard authorizer.decide(request).isPermitted else { throw TestSetupError(description: "it was denied") }
      }
      times.append((ContinuousClock.now - start).inSeconds / Double(each) * 1e9)
    }
    times.sort()
    report.add(
      "access.decide", times[rounds / 2], "ns", atMost: 2_000,
      durability: "median of \(rounds) rounds of \(each) decisions; 99th percentile \(Int(times[rounds * 99 / 100])) ns"
    )
  }

  private func gateway(_ report: Report, _ database: Database, _ home: TemporaryDirectory) async throws {
    let ledger = try await TestLedger(in: database, directory: home)
    try await database.migrate(
      [ObligationsMigrations.plan, AccessMigrations.plan, ConsoleMigrations.plan], at: Surroundings.system.now())
    let access = try Access(
      in: database, journal: ledger.journal, key: try SecretKey(path: home.file("secrets.key")), party: .thisMachine)
    let rules = """
      console: https://surety.example
      hosts:
        - host: \(Self.host)
          rules:
            - {path: /static, public: true}
            - {path: /admin, roles: [owner, support], fresh: 60}
      """
    let gateway = try await Gateway(
      over: access, rules: GatewayRules(Array(rules.utf8), file: "bench", roles: access.roles))
    let token = try await signIn(access, gateway)
    let register = ObligationRegister(
      in: database, journal: ledger.journal, catalogue: try .shipped(), checks: [])
    let rooms = Rooms(
      database: database, register: register, advice: try .shipped(), journal: ledger.journal,
      policy: ledger.keyring.policy, access: access, gateway: gateway, looks: LookFeed(), isDemo: false,
      databaseName: "SQLite")
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try Server(on: Server.Address("127.0.0.1:0"), certificate: nil, logger: TestLedger.quiet) {
      continuation.yield($0)
    }
    try server.serveConsole(of: rooms)
    let service = try server.service()
    let running = Task { try await service.run() }
    for await port in ports.prefix(1) { try await measure(report, port: port, token: token, home) }
    running.cancel()
    try? await running.value
  }

  private func signIn(_ access: Access, _ gateway: Gateway) async throws -> String {
    let enrolment = try await access.enrol(name: "bench", password: "only for measuring")
    let code = enrolment.oneTimePassword.code(at: Surroundings.system.now())
    let opened = try await access.open(
      Credentials(name: "bench", password: "only for measuring", code: code),
      from: Device(address: "127.0.0.1", agent: "bench"))
    let journey = Gateway.Journey()
    let request = Gateway.Request(host: Self.host, method: "GET", target: "/admin", address: "127.0.0.1")
    guard case .code(let code) = try gateway.handOver(opened.session, for: request, state: journey.state),
      let token = try await gateway.redeem(code, journey: journey, at: Self.host)
    else { throw TestSetupError(description: "the gateway handed nothing over") }
    return token.text
  }

  private func measure(_ report: Report, port: Int, token: String, _ home: TemporaryDirectory) async throws {
    let asked = [
      "-H", "X-Forwarded-Host: \(Self.host)", "-H", "X-Forwarded-Method: GET", "-H", "X-Forwarded-Uri: /admin/orders",
      "-H", "X-Forwarded-For: 127.0.0.1", "-H", "Cookie: __Host-surety-gateway=\(token)",
    ]
    let direct = try await rate(asked + ["http://127.0.0.1:\(port)/gateway/verify"])
    report.add(
      "gateway.verify", direct, "decisions/s", atLeast: 10_000,
      durability: "wrk, \(Self.connections) connections on the same two cores, TLS off, a live session")
    let (median, late) = try await latency(asked + ["http://127.0.0.1:\(port)/gateway/verify"])
    report.add(
      "gateway.verify.latency", median, "ms", atMost: 1,
      durability: String(format: "wrk, one connection: the median; 99th percentile %.2f ms", late))
    guard let nginx = try await Self.nginx(in: home, gateway: port) else {
      report.add("gateway.verify.nginx", 0, "requests/s", durability: "not measured: nginx is not installed")
      return
    }
    defer { nginx.program.stop() }
    let cookie = ["-H", "Cookie: __Host-surety-gateway=\(token)"]
    let statics = try await rate(cookie + ["http://127.0.0.1:\(nginx.port)/static-answer/"])
    let guarded = try await rate(cookie + ["http://127.0.0.1:\(nginx.port)/admin/"])
    report.add(
      "gateway.verify.nginx", guarded, "requests/s",
      peer: "the same nginx with a static auth_request answer \(Int(statics))/s",
      durability: "wrk, \(Self.connections) connections, nginx and Surety on the same two cores, TLS off")
  }

  /// Requests a second that were answered with success, by wrk.
  private func rate(_ arguments: [String]) async throws -> Double {
    let result = try await Command.run(
      "wrk", ["-t1", "-c\(Self.connections)", "-d\(Int(max(2, seconds)))s"] + arguments)
    guard result.status == 0 else {
      throw TestSetupError(description: "wrk is needed to measure the gateway: apt-get install wrk")
    }
    guard !result.output.contains("Non-2xx"),
      let rate = result.output.firstMatch(of: /Requests\/sec:\s+([0-9.]+)/).flatMap({ Double($0.1) })
    else { throw TestSetupError(description: "wrk: \(result.output)") }
    return rate
  }

  /// The median and the 99th percentile of how long one answer takes, in milliseconds, by wrk.
  private func latency(_ arguments: [String]) async throws -> (median: Double, late: Double) {
    let result = try await Command.run(
      "wrk", ["-t1", "-c1", "--latency", "-d\(Int(max(2, seconds)))s"] + arguments)
    guard let (median, late) = VaultLoad.latency(in: result.output) else {
      throw TestSetupError(description: "wrk: \(result.output)")
    }
    return (median, late)
  }

  private static func nginx(
    in home: TemporaryDirectory, gateway: Int
  ) async throws -> (program: ServerProgram, port: Int)? {
    guard FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx") else { return nil }
    let port = try await FreePort.next()
    let configuration = """
      daemon off; worker_processes 1; pid \(home.path)/nginx.pid; error_log stderr; user root;
      events { worker_connections 512; }
      http {
        access_log off; client_body_temp_path \(home.path)/b; proxy_temp_path \(home.path)/p;
        fastcgi_temp_path \(home.path)/f; uwsgi_temp_path \(home.path)/u; scgi_temp_path \(home.path)/s;
        upstream surety { server 127.0.0.1:\(gateway); keepalive 32; }
        server {
          listen 127.0.0.1:\(port);
          location /static-answer/ { auth_request /yes; try_files /none @shop; }
          location /admin/ { auth_request /verify; try_files /none @shop; }
          location @shop { return 200 "shop"; }
          location = /yes { internal; return 204; }
          location = /verify {
            internal; proxy_pass http://surety/gateway/verify; proxy_http_version 1.1;
            proxy_set_header Connection ""; proxy_pass_request_body off; proxy_set_header Content-Length "";
            proxy_set_header X-Forwarded-Host \(host); proxy_set_header X-Forwarded-Method $request_method;
            proxy_set_header X-Forwarded-Uri $request_uri; proxy_set_header X-Forwarded-For $remote_addr;
          }
        }
      }
      """
    try FileBytes.write(Array(configuration.utf8), to: home.file("nginx.conf"))
    let program = try await ServerProgram(
      "nginx", ["-p", home.path, "-c", home.file("nginx.conf")], package: "nginx", ports: [port],
      log: home.file("nginx.log"))
    return (program, port)
  }
}
