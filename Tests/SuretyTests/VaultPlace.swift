import Foundation
import Primitives
import TestKit
import Testing

/// What is tested of the vault with the built program. One after the other: each keeps both cores busy by itself.
@Suite(.serialized) struct `The vault of the built program` {}

/// An installation with the example's data map and a program that has a key.
struct VaultPlace: Sendable {
  let place: Workplace
  let key: String

  static func with(_ body: (VaultPlace) async throws -> Void) async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger", "--no-owner")
      try await place.surety(
        "vault", "map", "adopt", SourceTree.root.appending(path: "docs/examples/data-map.yaml").path)
      let made = try await place.surety(
        "key", "make", "--name", "shop", "--action", "vault.read", "--action", "vault.write", "--action", "vault.find",
        "--action", "vault.forget", "--rate", "10000")
      try await body(VaultPlace(place: place, key: made.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }
  }

  func serve() async throws -> (process: Process, port: Int) {
    try await place.start(["serve", "--plain-http", "--listen", "127.0.0.1:0"], saying: "serving")
  }

  /// Asks the API; nil where no answer came.
  func call(_ port: Int, _ path: String, _ body: JSON? = nil) async throws -> (status: Int, json: JSON?)? {
    var arguments = [
      "-s", "--max-time", "30", "-w", "\n%{http_code}", "-H", "Authorization: Bearer \(key)",
      "http://127.0.0.1:\(port)/api/v1/vault\(path)",
    ]
    if body != nil { arguments += ["-H", "Content-Type: application/json", "--data-binary", "@-"] }
    let text = body.map { String(decoding: $0.canonicalBytes, as: UTF8.self) } ?? ""
    let answer = try await Command.run("curl", arguments, input: text)
    guard answer.status == 0, let end = answer.output.lastIndex(of: "\n"),
      let status = Int(answer.output[answer.output.index(after: end)...]), status > 0
    else { return nil }
    return (status, JSON(parsing: Array(answer.output[..<end].utf8)))
  }

  static func customers(_ numbers: Range<Int>) -> JSON {
    [
      "purpose": "essential.service",
      "subjects": .array(
        numbers.map { number in
          [
            "records": [
              [
                "collection": "profile",
                "fields": ["email": .string("customer\(number)@example.com"), "first_name": .string("First\(number)")],
              ]
            ]
          ]
        }),
    ]
  }

  /// Stores customers.
  /// - Returns: their names; nil where no answer came.
  func add(_ numbers: Range<Int>, at port: Int) async throws -> [String]? {
    guard let answer = try await call(port, "/subjects/bulk", Self.customers(numbers)) else { return nil }
    #expect(answer.status == 201, "\(answer)")
    guard case .array(let subjects)? = answer.json?["subjects"] else { return nil }
    return subjects.compactMap { $0["subject"]?.text }
  }

  /// The e-mail address of a customer; nil for whoever is not there.
  func email(of subject: String, at port: Int) async throws -> String? {
    let answer = try #require(try await call(port, "/subjects/\(subject)?purpose=essential.service&collection=profile"))
    if answer.status == 404 { return nil }
    #expect(answer.status == 200, "\(answer)")
    guard case .array(let records)? = answer.json?["records"] else { return nil }
    return records.first?["fields"]?["email"]?.text
  }
}
