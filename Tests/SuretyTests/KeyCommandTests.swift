import Foundation
import Primitives
import TestKit
import Testing

@testable import Access

@Suite struct `The keys of programs on the terminal` {
  private static func with(_ body: (Workplace) async throws -> Void) async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger", "--no-owner")
      try await body(place)
    }
  }

  private static func keys(_ place: Workplace, _ options: String...) async throws -> [JSON] {
    let result = try await Command.run(
      "env",
      ["-C", place.directory.path, BuildProducts.path(of: "surety"), "key", "list", "--format", "json"] + options)
    guard case .array(let keys)? = JSON(parsing: Array(result.output.utf8)) else {
      throw TestSetupError(description: "no list: \(result.output)\(result.errors)")
    }
    return keys
  }

  @Test func `are made, listed, rotated and revoked`() async throws {
    try await Self.with { place in
      #expect(try await place.surety("key", "list").output.contains("No program has a key"))
      let made = try await place.surety(
        "key", "make", "--name", "build", "--action", "register.read", "--action", "checks.run", "--days", "30")
      let lines = made.output.split(separator: "\n")
      #expect(lines.count == 1 && APIKeySecret(lines.first ?? "") != nil)
      #expect(made.errors.contains("It may checks.run, register.read until"))
      #expect(!made.errors.contains("surety_"))

      let first = try #require(try await Self.keys(place).first)
      #expect(first["label"] == "build" && first["maker"] == "operator" && first["open"] == true)
      #expect(first["lastUsed"] == .null && first["actions"] == ["checks.run", "register.read"])
      let text = try await place.surety("key", "list").output
      #expect(text.hasPrefix("build  ") && text.contains("never used  made by operator"))

      let rotated = try await place.surety("key", "rotate", "build", "--overlap", "2", "--format", "json")
      let report = try #require(JSON(parsing: Array(rotated.output.utf8)))
      #expect(report["secret"]?.text.flatMap { APIKeySecret($0) } != nil)
      #expect(report["replaces"]?["id"] == first["id"] && report["ends"] != report["replaces"]?["ends"])
      #expect(try await Self.keys(place).count == 2)
      let again = try await place.surety("key", "rotate", try #require(first["id"]?.text), expecting: 2)
      #expect(again.errors.contains("another key takes the place"))

      let revoked = try await place.surety("key", "revoke", "build")
      #expect(revoked.output.split(separator: "\n").count == 2)
      #expect(try await Self.keys(place).isEmpty)
      #expect(try await Self.keys(place, "--all").map { $0["open"] } == [false, false])
      let ledger = try await place.surety("ledger", "append", "--kind", "a.b", "--format", "json")
      #expect(ledger.status == 0)
      let shown = try await place.surety("ledger", "show").output
      for kind in ["key.made", "key.rotated", "key.revoked"] { #expect(shown.contains(kind)) }
      #expect(!shown.contains("surety_"))
    }
  }

  @Test func `are revoked one at a time by identifier`() async throws {
    try await Self.with { place in
      try await place.surety("key", "make", "--name", "build", "--action", "register.read")
      try await place.surety("key", "rotate", "build")
      let old = try #require(try await Self.keys(place).last?["id"]?.text)
      let revoked = try await place.surety("key", "revoke", old, "--format", "json")
      #expect(JSON(parsing: Array(revoked.output.utf8))?["revoked"] == [.string(old)])
      #expect(try await Self.keys(place).count == 1)
    }
  }

  @Test func `are refused with a reason and what to do`() async throws {
    try await Self.with { place in
      func refused(_ arguments: String...) async throws -> String {
        let result = try await Command.run(
          "env", ["-C", place.directory.path, BuildProducts.path(of: "surety"), "key"] + arguments)
        #expect(result.status == 2 && result.output.isEmpty, "\(arguments): \(result.output)\(result.errors)")
        return result.errors
      }
      let none = try await refused("revoke", "build")
      #expect(none.contains("there is no key build in force; no program has one"))
      try await place.surety("key", "make", "--name", "build", "--action", "register.read")
      try await place.surety("key", "make", "--name", "report", "--action", "register.read")
      for command in ["revoke", "rotate"] {
        let unknown = try await refused(command, "biuld")
        #expect(unknown.contains("there is no key biuld in force; there are: build, report"))
      }
      let taken = try await refused("make", "--name", "build", "--action", "register.read")
      #expect(taken.contains("the name build is taken already"))
      let name = try await refused("make", "--name", "a b", "--action", "register.read")
      #expect(name.contains("use 1 to 60 letters"))
      for action in ["members.manage", "nonsense"] {
        let unknown = try await refused("make", "--name", "new", "--action", action)
        #expect(unknown.contains("a key cannot be given '\(action)', but:\n  register.read: See the register"))
      }
      let nothing = try await refused("make", "--name", "new")
      #expect(nothing.contains("--action"))
      let days = try await refused("make", "--name", "new", "--action", "register.read", "--days", "366")
      #expect(days.contains("it lasts 1 to 365 days"))
      let hours = try await refused("rotate", "build", "--overlap", "169")
      #expect(hours.contains("the old one stays good for 0 to 168 hours"))
      #expect(try await Self.keys(place).count == 2)
    }
  }
}
