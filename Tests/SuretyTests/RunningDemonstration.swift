import Foundation
import Primitives
import TestKit
import Testing

@testable import Access

/// A demonstration that runs for the length of a test: a shop with weaknesses, and Surety guarding it.
struct RunningDemonstration {
  let place: Workplace
  /// Of the console, with a slash at its end.
  let url: String
  /// The owner that the demonstration makes.
  let owner: Somebody
  let server: Process

  /// Somebody who may sign in.
  struct Somebody: Sendable {
    let name: String
    let password: String
    private let secret: OneTimePassword

    /// Reads what the demonstration notes, and what `surety member add --format json` prints.
    init(_ bytes: [UInt8]) throws {
      let json = JSON(parsing: bytes)
      name = try #require(json?["name"]?.text)
      password = try #require(json?["password"]?.text)
      secret = try #require(json?["secret"]?.text.flatMap { OneTimePassword(base32: $0) })
    }

    /// The present code; good once.
    var code: String { secret.code(at: Surroundings.system.now()) }
  }

  /// - Parameters:
  ///   - port: of the console; 0 for any that is free.
  ///   - options: what `surety serve` is given besides.
  static func with(
    weaknesses: [String] = [], port: Int = 0, shopPorts: String = "0,0", options: [String] = [],
    preparing prepare: (Workplace) throws -> Void = { _ in }, _ body: (RunningDemonstration) async throws -> Void
  ) async throws {
    try await Workplace.with { place in
      let chosen = weaknesses.flatMap { ["--weakness", $0] }
      try prepare(place)
      let (server, port) = try await place.start(
        ["serve", "--demo", "--listen", "127.0.0.1:\(port)", "--shop-ports", shopPorts] + options + chosen,
        saying: "the console at")
      defer { server.stop() }
      let access = try FileBytes.read(place.directory.file("surety-demo/sign-in.json"))
      try await body(
        RunningDemonstration(
          place: place, url: "https://localhost:\(port)/", owner: try Somebody(access), server: server))
    }
  }

  /// Makes one more member, as the operator does: a code is good once, and the next takes half a minute.
  func add(_ name: String, role: String = "owner") async throws -> Somebody {
    let added = try await place.surety(
      "member", "add", "--name", name, "--role", role, "--data", "surety-demo", "--format", "json")
    return try Somebody(Array(added.output.utf8))
  }

  /// The code after the one that was used: waits until it is there.
  func nextCode() async throws -> String {
    let used = owner.code
    while owner.code == used { try await Task.sleep(for: .milliseconds(500)) }
    return owner.code
  }

  /// The ledger's key, as the operator gives it to whoever is to verify the ledger.
  func key() async throws -> String {
    let policy = try await place.surety("ledger", "policy", "--data", "surety-demo").output
    return try #require(policy.split(separator: "\n").first { $0.hasPrefix("log ") }.map { String($0.dropFirst(4)) })
  }

  /// Signs in as a person does.
  func signIn(in tab: BrowserTab, as somebody: Somebody? = nil) async throws {
    let somebody = somebody ?? owner
    try await tab.open(url)
    try await tab.type(somebody.name, into: "#name")
    try await tab.type(somebody.password, into: "#password")
    try await tab.type(somebody.code, into: "#code")
    try await tab.follow("form[action='/sign-in'] button")
    try await tab.wait(for: "document.querySelector('form[action=\"/sign-out\"], .menu a[href=\"/account\"]')")
  }

  /// Leaves the console.
  func signOut(in tab: BrowserTab) async throws {
    try await tab.open(url + "account")
    try await tab.follow("form[action='/sign-out'] button")
  }

  /// Waits until every check of the shop has looked once.
  func waitForChecks(in tab: BrowserTab) async throws {
    for _ in 0..<60 {
      try await tab.open(url + "checks")
      let waiting = try await tab.evaluate(
        "String([...document.querySelectorAll('main tbody tr')].filter(row => !row.querySelector('time')).length)")
      if waiting == "0", try await tab.has("main tbody tr") { return }
      try await Task.sleep(for: .milliseconds(500))
    }
    Issue.record("the checks did not all look within a minute")
  }
}
