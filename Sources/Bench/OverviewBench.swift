import Access
import Assessment
import AsyncHTTPClient
import Console
import Foundation
import Journal
import Logging
import NIOCore
import NIOHTTP1
import Obligations
import Primitives
import ServiceLifecycle
import Storage
import TestKit

/// The overview page of an installation with a long history, as a browser asks for it.
struct OverviewBench {
  let directory: String

  private static let observations = 100_000
  private static let requests = 2_000

  func run(_ report: Report) async throws {
    guard report.wants("obligations.overview.p99") else { return }
    let home = try TemporaryDirectory(at: "\(directory)/overview")
    let database = try await Database.open(.sqlite(path: home.file("surety.sqlite")))
    let ledger = try await TestLedger(in: database, directory: home)
    try await database.migrate(
      [ObligationsMigrations.plan, AccessMigrations.plan, ConsoleMigrations.plan], at: Surroundings.system.now())
    let assessment = try Assessment(reach: Reach(.publicInternet), trusting: nil)
    let register = ObligationRegister(
      in: database, journal: ledger.journal, catalogue: try .shipped(), checks: assessment.checks)
    try await register.adoptCatalogue()
    try await register.setProfile(Self.profile, by: .operator)
    try await fill(register)
    try await ledger.sequence()
    try await measure(register, ledger, assessment, report)
    await database.close()
  }

  /// Twenty storefronts, looked at again and again for months.
  private static let profile =
    """
    platform: A shop with a history
    entities: [{name: Shop, country: DE}]
    turnover: [{amount: 9000000, currency: EUR}]
    employees: 80
    marketplace: false
    customers: {DE: 40000, FR: 20000, GB: 9000, US-CA: 120000, BR: 5000}
    cards: {flow: own-form, storesNumbers: true}
    storefronts:

    """ + (0..<20).map { "  - url: https://shop\($0).example/\n" }.joined()

  private func fill(_ register: ObligationRegister) async throws {
    guard let profile = try await register.profile()?.profile else { return }
    let targets = register.checks.flatMap { check in check.targets(in: profile).map { (check.code, $0) } }
    let now = Surroundings.system.now()
    var generator = SeededGenerator(seed: 11)
    for start in stride(from: 0, to: Self.observations, by: 2_000) {
      let part = (start..<start + 2_000).map { number -> Observation in
        let (check, target) = targets[number % targets.count]
        let at = now.advanced(by: .seconds(Int64(number - Self.observations) * 60))
        let finding = Finding("csp-missing", .medium, seen: "There is no Content-Security-Policy.", at: target)
        let verdict = Verdict(
          summary: "Looked at \(target).", findings: generator.next() % 3 == 0 ? [finding] : [])
        return Observation(
          id: Identifier(at: at, random: generator.next()), check: check, target: target, at: at, took: .seconds(1),
          expires: at.advanced(by: .seconds(90 * 86_400)), verdict: verdict, seen: Array(#"{"a":1}"#.utf8))
      }
      try await register.record(part)
    }
  }

  private func measure(
    _ register: ObligationRegister, _ ledger: TestLedger, _ assessment: Assessment, _ report: Report
  ) async throws {
    let key = try SecretKey(path: ledger.directory.file("secrets.key"))
    let access = try Access(in: ledger.database, journal: ledger.journal, key: key, party: .thisMachine)
    let enrolment = try await access.enrol(name: "bench", password: "only for measuring")
    let rooms = Rooms(
      database: ledger.database, register: register, advice: assessment.advice, journal: ledger.journal,
      policy: ledger.keyring.policy, access: access, looks: LookFeed(), isDemo: false, databaseName: "SQLite")
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try Server(on: Server.Address("127.0.0.1:0"), certificate: nil, logger: TestLedger.quiet) {
      continuation.yield($0)
    }
    try server.serveConsole(of: rooms)
    let service = try server.service()
    let running = Task { try await service.run() }
    for await port in ports.prefix(1) {
      let url = "http://127.0.0.1:\(port)/"
      let (p50, p99, size) = try await ask(url, cookie: try await cookie(url, enrolment))
      report.add(
        "obligations.overview.p99", p99, "ms", atMost: 20, peer: String(format: "median %.1f ms", p50),
        durability: "\(Self.observations) observations, one client, warm, \(size) bytes a page")
    }
    running.cancel()
    try? await running.value
  }

  /// Signs in as a person does.
  private func cookie(_ url: String, _ enrolment: Access.Enrolment) async throws -> String {
    var request = HTTPClientRequest(url: "\(url)sign-in")
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    let code = enrolment.oneTimePassword.code(at: Surroundings.system.now())
    request.body = .bytes(Array("name=bench&password=only+for+measuring&code=\(code)&next=/".utf8))
    // The answer that sets the cookie is a redirect.
    let client = HTTPClient(configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
    let response: HTTPClientResponse
    do {
      response = try await client.execute(request, timeout: .seconds(10))
      try await client.shutdown()
    } catch {
      try? await client.shutdown()
      throw error
    }
    guard let cookie = response.headers.first(name: "Set-Cookie")?.split(separator: ";").first else {
      throw TestSetupError(description: "the sign-in answered \(response.status)")
    }
    return String(cookie)
  }

  private func ask(_ url: String, cookie: String) async throws -> (p50: Double, p99: Double, size: Int) {
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "Cookie", value: cookie)
    var (times, size): ([Double], Int) = ([], 0)
    for number in 0..<(Self.requests + 50) {
      let start = ContinuousClock.now
      let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
      let body = try await response.body.collect(upTo: 1 << 22)
      guard response.status == .ok else {
        throw TestSetupError(description: "the overview answered \(response.status)")
      }
      size = body.readableBytes
      let (seconds, attoseconds) = (ContinuousClock.now - start).components
      if number >= 50 { times.append(Double(seconds) * 1e3 + Double(attoseconds) / 1e15) }
    }
    times.sort()
    return (times[times.count / 2], times[times.count * 99 / 100], size)
  }
}
