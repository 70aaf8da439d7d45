import Foundation
import Logging
import Shop
import TestKit

/// The demonstration shop on free ports, for the length of a test.
struct RunningShop: Sendable {
  let ports: Shop.Ports
  let hint: Shop.SignInHint
  let directory: TemporaryDirectory

  var secure: String { "https://localhost:\(ports.https)" }
  var plain: String { "http://localhost:\(ports.http)" }

  /// The certificate of the shop's authority, in PEM.
  var authority: String {
    get throws { try String(contentsOfFile: directory.file("authority.pem"), encoding: .utf8) }
  }

  /// The profile under which the shop is checked.
  var profile: String {
    AssessedShop.profile("\(secure)/", ["plainAddress": "\(plain)/", "adminPanel": "\(secure)/admin"])
  }

  /// What `surety check` is given for the shop.
  var arguments: [String] {
    [
      "check", "\(secure)/", "--plain-address", "\(plain)/", "--admin-panel", "\(secure)/admin", "--allow-private",
      "--trust", directory.file("authority.pem"),
    ]
  }

  /// Opens a shop in a new directory.
  static func with(
    _ weaknesses: Set<Weakness> = [], _ body: (RunningShop) async throws -> Void
  ) async throws {
    try await TemporaryDirectory.with { try await with(weaknesses, in: $0, body) }
  }

  /// Opens a shop, calls `body`, and closes it.
  static func with(
    _ weaknesses: Set<Weakness> = [], in directory: TemporaryDirectory, _ body: (RunningShop) async throws -> Void
  ) async throws {
    let (opened, continuation) = AsyncStream.makeStream(of: Shop.Ports.self)
    var logger = Logger(label: "shop")
    logger.logLevel = .critical
    let configuration = Shop.Configuration(
      directory: directory.path, httpsPort: 0, httpPort: 0, weaknesses: weaknesses)
    let shop = try Shop(configuration, logger: logger) { continuation.yield($0) }
    let running = Task {
      defer { continuation.finish() }
      try await shop.run()
    }
    var result: Result<Void, any Error> = .failure(TestSetupError(description: "the shop did not open"))
    for await ports in opened.prefix(1) {
      do {
        result = .success(try await body(RunningShop(ports: ports, hint: shop.signInHint, directory: directory)))
      } catch {
        result = .failure(error)
      }
    }
    running.cancel()
    try? await running.value
    try result.get()
  }
}
