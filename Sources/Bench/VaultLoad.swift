import Access
import Assessment
import Console
import Foundation
import Journal
import Logging
import Obligations
import Primitives
import ServiceLifecycle
import Storage
import TestKit
import Vault

/// A server with a vault, and clients that load it over TLS.
struct VaultLoad {
  let vault: Vault
  private let port: Int
  private let key: String
  private let home: TemporaryDirectory

  /// How many records a request of bulk inserts has.
  static let bulk = 100
  static let fields = 120

  /// What wrk measured.
  struct Measured {
    let rate: Double
    /// In milliseconds.
    let median: Double
    let late: Double
  }

  static func with(
    _ location: DatabaseLocation, in home: TemporaryDirectory, _ body: (VaultLoad) async throws -> Void
  ) async throws {
    let database = try await Database.open(location)
    do {
      let ledger = try await TestLedger(in: database, directory: home)
      try await database.migrate(
        [ObligationsMigrations.plan, AccessMigrations.plan, VaultMigrations.plan, ConsoleMigrations.plan],
        at: Surroundings.system.now())
      try await serve(ledger, home, body)
    } catch {
      await database.close()
      throw error
    }
    await database.close()
  }

  private static func serve(
    _ ledger: TestLedger, _ home: TemporaryDirectory, _ body: (VaultLoad) async throws -> Void
  ) async throws {
    let access = try Access(
      in: ledger.database, journal: ledger.journal, key: try SecretKey(path: home.file("secrets.key")),
      party: .thisMachine)
    let (_, secret) = try await access.makeKey(
      label: "bench", actions: [.readSubject, .writeSubject, .findSubject, .forgetSubject],
      rate: Access.highestRate, by: .operator)
    let vault = try makeVault(ledger, home)
    _ = try await vault.adopt(DataMap(yaml: Array(map.utf8), file: "bench"), by: .operator)
    let register = ObligationRegister(
      in: ledger.database, journal: ledger.journal, catalogue: try .shipped(), checks: [])
    let rooms = Rooms(
      database: ledger.database, register: register, advice: try .shipped(), journal: ledger.journal,
      policy: ledger.keyring.policy, access: access, looks: LookFeed(), isDemo: false, databaseName: "bench",
      vault: vault)
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try Server(
      on: Server.Address("127.0.0.1:0"), certificate: try await certificate(in: home), logger: TestLedger.quiet
    ) { continuation.yield($0) }
    try server.serveConsole(of: rooms)
    let (service, sequencer) = (
      try server.service(), try ledger.sequencer(interval: Sequencer.Configuration().interval)
    )
    let running = Task { try await service.run() }
    let sequencing = Task { try await sequencer.run() }
    for await port in ports.prefix(1) {
      try await body(VaultLoad(vault: vault, port: port, key: secret.text, home: home))
    }
    running.cancel()
    sequencing.cancel()
    try? await running.value
    try? await sequencing.value
    await sequencer.stop()
  }

  private static func makeVault(_ ledger: TestLedger, _ home: TemporaryDirectory) throws -> Vault {
    var passphrase = Array("only for measuring, nothing else".utf8)
    let secret = SecretBytes(taking: &passphrase)
    try PassphraseFile.create(path: home.file("vault.root"), passphrase: secret)
    return try Vault(
      in: ledger.database, journal: ledger.journal,
      root: PassphraseFile(path: home.file("vault.root"), passphrase: secret, custody: .passphrase),
      erasureList: home.file("vault.erased"))
  }

  private static func certificate(in home: TemporaryDirectory) async throws -> Server.Certificate {
    let (chain, key) = (home.file("tls.pem"), home.file("tls.key"))
    let made = try await Command.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
        "/CN=127.0.0.1", "-keyout", key, "-out", chain,
      ])
    guard made.status == 0 else { throw TestSetupError(description: "openssl: \(made.errors)") }
    return Server.Certificate(chain: chain, key: key)
  }

  /// Records of 120 fields, and small ones with an e-mail address by which they are found.
  private static var map: String {
    let wide = (0..<fields).map {
      "          - {name: field\($0), data_categories: [user.behavior.purchase_history]}\n"
    }
    return """
      dataset:
        - fides_key: vault
          surety_meta: {vault: true}
          collections:
            - name: profile
              surety_meta: {single: true, expected_records: 1000000}
              fields:
                - {name: email, data_categories: [user.contact.email], surety_meta: {type: email, search: unique}}
                - {name: first_name, data_categories: [user.name.first]}
            - name: wide
              fields:
      \(wide.joined())
      system:
        - fides_key: shop
          privacy_declarations:
            - name: Deliver
              data_use: essential.service
              data_categories: [user.contact, user.name, user.behavior.purchase_history]
              data_subjects: [customer]
              legal_basis_for_processing: Contract
              retention_period: P2Y
              surety_meta: {from: changed}

      """
  }

  /// A record of 120 fields whose JSON has 5.7 KB.
  private static func wide(_ number: Int) -> JSON {
    var fields: [String: JSON] = [:]
    for field in 0..<Self.fields {
      fields["field\(field)"] = .string("value \(number) \(field) of a customer, made up".padding(to: 34))
    }
    return ["collection": "wide", "fields": .object(fields)]
  }

  // MARK: Measuring

  func insert(seconds: Double) async throws -> Measured {
    let subjects = (0..<Self.bulk).map { JSON.object(["records": [Self.wide($0)]]) }
    let body: JSON = ["purpose": "essential.service", "subjects": .array(subjects)]
    try FileBytes.write(body.canonicalBytes, to: home.file("bulk.json"))
    let script = """
      local file = io.open("\(home.file("bulk.json"))", "rb")
      wrk.body = file:read("*a"); file:close()
      wrk.method = "POST"; wrk.path = "/api/v1/vault/subjects/bulk"
      wrk.headers["Content-Type"] = "application/json"
      """
    return try await wrk(script, connections: 8, seconds: seconds)
  }

  func read(seconds: Double) async throws -> Measured {
    let caller = VaultCaller(author: .operator, purpose: "essential.service", role: "owner", seesMasked: false)
    let stored = try await vault.add(
      (0..<1_000).map { number in
        [NewRecord(collection: "wide", fields: Self.fieldsOfWide(number))]
      }, by: caller)
    let names = stored.map { "\"\($0.subject)\"" }.joined(separator: ",")
    let script = """
      local requests = {}
      function init()
        for number, subject in ipairs({\(names)}) do
          requests[number] = wrk.format("GET", "/api/v1/vault/subjects/" .. subject .. "?purpose=essential.service")
        end
      end
      function request() return requests[math.random(#requests)] end
      """
    return try await wrk(script, connections: 16, seconds: seconds)
  }

  private static func fieldsOfWide(_ number: Int) -> [String: JSON] {
    guard case .object(let fields)? = wide(number)["fields"] else { return [:] }
    return fields
  }

  /// - Returns: how many seconds it took.
  func fill(_ count: Int) async throws -> Double {
    let caller = VaultCaller(author: .operator, purpose: "essential.service", role: "owner", seesMasked: false)
    let start = ContinuousClock.now
    for first in stride(from: 0, to: count, by: 5_000) {
      let subjects = (first..<min(first + 5_000, count)).map { number in
        [
          NewRecord(
            collection: "profile",
            fields: ["email": .string("customer\(number)@example.com"), "first_name": "Ada"])
        ]
      }
      _ = try await vault.add(subjects, by: caller)
    }
    return (ContinuousClock.now - start).inSeconds
  }

  func find(among count: Int, seconds: Double) async throws -> Measured {
    let script = """
      wrk.headers["Content-Type"] = "application/json"
      function request()
        local body = '{"collection":"profile","purpose":"essential.service","where":{"email":"customer' ..
          math.random(0, \(count - 1)) .. '@example.com"}}'
        return wrk.format("POST", "/api/v1/vault/search", nil, body)
      end
      """
    return try await wrk(script, connections: 16, seconds: seconds)
  }

  /// - Returns: the median, in milliseconds.
  func erase(_ count: Int) async throws -> Double {
    let caller = VaultCaller(author: .operator, purpose: "essential.service", role: "owner", seesMasked: false)
    var times: [Double] = []
    for number in 0..<count {
      let found = try await vault.find(
        in: "profile", where: ["email": .string("customer\(number * 37)@example.com")], by: caller)
      guard let subject = found.first?.subject else { throw TestSetupError(description: "nobody was found") }
      let start = ContinuousClock.now
      _ = try await vault.forget(subject, reason: "request", by: .operator)
      times.append((ContinuousClock.now - start).inSeconds * 1_000)
    }
    return times.sorted()[count / 2]
  }

  func rotate() async throws -> (rate: Double, count: Int64, seconds: Double) {
    let start = ContinuousClock.now
    let job = try await vault.beginRotation(by: .operator)
    try await vault.workUntilDone()
    let seconds = (ContinuousClock.now - start).inSeconds
    return (Double(job.total) / seconds, job.total, seconds)
  }

  private func wrk(_ script: String, connections: Int, seconds: Double) async throws -> Measured {
    let file = home.file("load.lua")
    try FileBytes.write(
      Array("wrk.headers[\"Authorization\"] = \"Bearer \(key)\"\n\(script)\n".utf8), to: file)
    let result = try await Command.run(
      "wrk",
      ["-t1", "-c\(connections)", "-d\(Int(max(2, seconds)))s", "--latency", "-s", file, "https://127.0.0.1:\(port)"])
    guard result.status == 0, !result.output.contains("Non-2xx"),
      let rate = result.output.firstMatch(of: /Requests\/sec:\s+([0-9.]+)/).flatMap({ Double($0.1) }),
      let (median, late) = Self.latency(in: result.output)
    else { throw TestSetupError(description: "wrk: \(result.output)\(result.errors)") }
    return Measured(rate: rate, median: median, late: late)
  }

  /// The median and the 99th percentile, in milliseconds, as wrk prints them.
  static func latency(in output: String) -> (median: Double, late: Double)? {
    func percentile(_ name: String) -> Double? {
      let line = output.split(separator: "\n").first { $0.drop { $0 == " " }.hasPrefix(name) }
      guard let match = line?.firstMatch(of: /([0-9.]+)(us|ms|s)/), let value = Double(match.1) else { return nil }
      return match.2 == "us" ? value / 1_000 : match.2 == "ms" ? value : value * 1_000
    }
    guard let median = percentile("50%"), let late = percentile("99%") else { return nil }
    return (median, late)
  }
}

extension String {
  fileprivate func padding(to length: Int) -> String { padding(toLength: length, withPad: " ", startingAt: 0) }
}
