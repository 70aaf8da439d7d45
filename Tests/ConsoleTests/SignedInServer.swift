import Assessment
import AsyncHTTPClient
import Foundation
import Journal
import Logging
import NIOCore
import NIOHTTP1
import Obligations
import Primitives
import Storage
import Synchronization
import TestKit
import TransparencyLog
import Vault

@testable import Access
@testable import Console

/// Lets one member in, whose cookie the test sends.
final class StubSessions: SessionSource {
  static let token = String(repeating: "ab", count: 32)
  static let csrf = "the-session's-own-token"
  static let member = Identifier<Member>("0199f3a1-44b1-794b-8636-84a366b14869")

  private let state: Mutex<(actions: Set<Action>, lastVisit: Instant?, proven: Duration)>
  private let now: @Sendable () -> Instant

  init(now: @escaping @Sendable () -> Instant) {
    self.now = now
    state = Mutex((Set(Action.allCases), nil, .zero))
  }

  /// What the member may do from now on.
  func allow(_ actions: Set<Action>) { state.withLock { $0.actions = actions } }

  /// How long ago the member showed a factor.
  func setAge(_ age: Duration) { state.withLock { $0.proven = age } }

  /// When the member was here before.
  func setLastVisit(_ visit: Instant?) { state.withLock { $0.lastVisit = visit } }

  func session(of token: SessionToken) async throws -> Session? {
    guard token.text == Self.token, let member = Self.member, let id = Identifier<Session>(bytes: member.bytes) else {
      return nil
    }
    let (actions, lastVisit, age) = state.withLock { $0 }
    let role = Role(id: "owner", title: "Owner", text: "Answers for the installation.", actions: actions)
    return Session(
      id: id, member: Member(id: member, name: "ada", role: role), csrf: Self.csrf, lastVisit: lastVisit, opened: now(),
      used: now(), ends: now().advanced(by: .seconds(3_600)), factors: [.password, .oneTimePassword],
      strength: .twoFactor, proven: now().advanced(by: .zero - age),
      device: Device(address: "127.0.0.1", agent: "a test"))
  }
}

extension StubSessions {
  func noteUse(of action: Action, by member: Member) async throws {}
  func session(of secret: APIKeySecret, from device: Device) async throws -> Session? { nil }
}

/// A running console with a register of its own, and a browser in which a member is signed in.
struct SignedInServer: Sendable {
  static let start = Instant(seconds: 1_900_000_000)

  let url: String
  let rooms: Rooms
  var register: ObligationRegister { rooms.register }
  let ledger: TestLedger
  let clock: SettableClock
  let signIn: StubSessions
  /// The room of customers' data; nil where the test has no use for one.
  var vault: Vault? { rooms.vault }

  /// What the server answered.
  struct Answer {
    let status: HTTPResponseStatus
    let headers: HTTPHeaders
    let bytes: [UInt8]

    var json: JSON? { JSON(parsing: bytes) }
    var text: String { String(decoding: bytes, as: UTF8.self) }
    /// Where a redirect leads.
    var location: String? { headers.first(name: "Location") }

    /// The text between two marks, from the first of the first on; empty where they are not there.
    func part(from start: String, to end: String) -> String {
      guard let begin = text.range(of: start), let stop = text.range(of: end, range: begin.upperBound..<text.endIndex)
      else { return "" }
      return String(text[begin.lowerBound..<stop.upperBound])
    }
  }

  /// Whose sessions count: the test's own, or those of the room of access.
  enum Sessions { case stub, real }

  /// Makes a console, calls `body` with it and removes it.
  /// - Parameter profile: nil for an installation without one.
  static func with(
    checks: [any Check] = [], catalogue: Catalogue? = nil, profile: String? = SampleShop.profile, isDemo: Bool = false,
    sessions: Sessions = .stub, configuration: Access.Configuration = Access.Configuration(),
    singleSignOn: ((Surroundings) throws -> SingleSignOn)? = nil, hasVault: Bool = false,
    _ body: (SignedInServer) async throws -> Void
  ) async throws {
    let clock = SettableClock(start)
    try await TestLedger.with(.sqlite, surroundings: clock.surroundings) { ledger in
      try await ledger.database.migrate(
        [ObligationsMigrations.plan, AccessMigrations.plan, VaultMigrations.plan, ConsoleMigrations.plan],
        at: clock.surroundings.now())
      let register = ObligationRegister(
        in: ledger.database, journal: ledger.journal, catalogue: try catalogue ?? SampleShop.catalogue(),
        checks: checks, surroundings: clock.surroundings)
      try await register.adoptCatalogue()
      if let profile { try await register.setProfile(profile, by: .operator) }
      try await ledger.sequence()
      let signIn = StubSessions(now: clock.surroundings.now)
      let access = try Access(
        in: ledger.database, journal: ledger.journal, key: try SecretKey(path: ledger.directory.file("secrets.key")),
        party: .thisMachine, configuration: configuration, surroundings: clock.surroundings)
      if let ada = StubSessions.member {
        try await ledger.database.write { try MemberStore.insert(id: ada, name: "ada", role: "owner", $0) }
      }
      let rooms = Rooms(
        database: ledger.database, register: register, advice: try AdviceBook.shipped(), journal: ledger.journal,
        policy: ledger.keyring.policy, access: access, sessions: sessions == .stub ? signIn : nil,
        singleSignOn: try singleSignOn?(clock.surroundings), looks: LookFeed(), isDemo: isDemo,
        databaseName: "a test", vault: hasVault ? try Self.makeVault(over: ledger, clock.surroundings) : nil,
        surroundings: clock.surroundings)
      try await RunningServer.with(surroundings: clock.surroundings) {
        try $0.serveConsole(of: rooms)
        $0.serve(ledger.journal, under: ledger.keyring.policy)
      } _: { url in
        try await body(
          SignedInServer(url: url, rooms: rooms, ledger: ledger, clock: clock, signIn: signIn))
      }
    }
  }

  private static func makeVault(over ledger: TestLedger, _ surroundings: Surroundings) throws -> Vault {
    let path = ledger.directory.file("vault.root")
    var passphrase = Array("a passphrase that is long enough".utf8)
    let secret = SecretBytes(taking: &passphrase)
    try PassphraseFile.create(path: path, passphrase: secret, memory: 8_192)
    return try Vault(
      in: ledger.database, journal: ledger.journal,
      root: try PassphraseFile(path: path, passphrase: secret, custody: .passphrase),
      erasureList: ledger.directory.file("vault.erased"), surroundings: surroundings)
  }

  /// Lets time pass.
  func advance(by duration: Duration) { clock.set(clock.surroundings.now().advanced(by: duration)) }

  /// Has a check look at everything it is to look at, or at one target.
  func look(_ check: FakeCheck, at target: String? = nil) async throws {
    let profile = try await register.profile()?.profile
    for place in target.map({ [$0] }) ?? profile.map({ check.targets(in: $0) }) ?? [] {
      let observation = try await check.observe(place, in: CheckContext(surroundings: clock.surroundings))
      try await register.record(observation)
    }
  }

  // MARK: The browser

  /// Asks for a page.
  func get(_ path: String, signedIn: Bool = true, headers: [(String, String)] = []) async throws -> Answer {
    var request = request(path, signedIn: signedIn)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    return try await send(request)
  }

  /// Sends a form.
  func post(
    _ path: String, _ fields: [String: String], csrf: String? = StubSessions.csrf, signedIn: Bool = true,
    headers: [(String, String)] = []
  ) async throws -> Answer {
    var request = request(path, signedIn: signedIn)
    request.method = .POST
    request.headers.add(name: "Content-Type", value: "application/x-www-form-urlencoded")
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    let sent = csrf.map { fields.merging(["csrf": $0]) { $1 } } ?? fields
    let body = sent.map { "\(Routes.encoded($0.key))=\(Routes.encoded($0.value))" }.joined(separator: "&")
    request.body = .bytes(Array(body.utf8))
    return try await send(request)
  }

  /// Sends a form with a file.
  /// - Parameter file: nil where none was chosen, which browsers send as a file without a name.
  func upload(
    _ path: String, _ fields: [String: String], file: (name: String, bytes: [UInt8])?, csrf: String? = StubSessions.csrf
  ) async throws -> Answer {
    var request = request(path, signedIn: true)
    request.method = .POST
    let boundary = "a-boundary-that-nobody-types"
    request.headers.add(name: "Content-Type", value: "multipart/form-data; boundary=\(boundary)")
    let sent = csrf.map { fields.merging(["csrf": $0]) { $1 } } ?? fields
    var body: [UInt8] = []
    for (name, value) in sent {
      body += Array(
        "--\(boundary)\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n".utf8)
    }
    body += Array(
      """
      --\(boundary)\r\nContent-Disposition: form-data; name="document"; filename="\(file?.name ?? "")"\r
      Content-Type: application/octet-stream\r\n\r\n
      """.utf8)
    body += (file?.bytes ?? []) + Array("\r\n--\(boundary)--\r\n".utf8)
    request.body = .bytes(body)
    return try await send(request)
  }

  // MARK: A program

  /// Asks the API.
  /// - Parameters:
  ///   - path: below `/api/v1`.
  ///   - body: sent as it is.
  ///   - key: the Idempotency-Key.
  func call(
    _ method: HTTPMethod, _ path: String, body: [UInt8]? = nil, type: String = "application/json",
    csrf: String? = StubSessions.csrf, key: String? = nil, signedIn: Bool = true, bearer: String? = nil
  ) async throws -> Answer {
    var request = request("/api/v1\(path)", signedIn: signedIn)
    if let bearer { request.headers.add(name: "Authorization", value: "Bearer \(bearer)") }
    request.method = method
    if let csrf, method != .GET { request.headers.add(name: "X-CSRF-Token", value: csrf) }
    if let key { request.headers.add(name: "Idempotency-Key", value: key) }
    if let body {
      request.headers.add(name: "Content-Type", value: type)
      request.body = .bytes(body)
    }
    return try await send(request)
  }

  private func request(_ path: String, signedIn: Bool) -> HTTPClientRequest {
    var request = HTTPClientRequest(url: "\(url)\(path)")
    request.headers.add(name: "Accept", value: "text/html")
    if signedIn { request.headers.add(name: "Cookie", value: "\(Gate.cookieName)=\(StubSessions.token)") }
    return request
  }

  /// Redirects are not followed: tests look at them.
  private static let client = HTTPClient(
    configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))

  private func send(_ request: HTTPClientRequest) async throws -> Answer {
    let response = try await Self.client.execute(request, timeout: .seconds(20))
    return Answer(
      status: response.status, headers: response.headers,
      bytes: Array(try await response.body.collect(upTo: 1 << 25).readableBytesView))
  }
}
