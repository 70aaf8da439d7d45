import Access
import Journal
import NIOHTTP1
import Primitives
import TestKit
import Testing
import Vault

@testable import Console

@Suite struct `The vault's pages` {
  private static func with(_ body: (SignedInServer, Vault) async throws -> Void) async throws {
    try await SignedInServer.with(hasVault: true) { server in try await body(server, try #require(server.vault)) }
  }

  private static func example() throws -> String { try SourceTree.text(of: "docs/examples/data-map.yaml") }

  private static func fill(_ vault: Vault, _ count: Int = 20) async throws -> [SubjectReceipt] {
    let caller = VaultCaller(author: try Entry.Author("member:shop"), purpose: "essential.service", role: "owner")
    return try await vault.add(
      (0..<count).map { [NewRecord(collection: "profile", fields: ["email": .string("secret\($0)@example.com")])] },
      by: caller)
  }

  @Test func `begin with an empty vault and lead to the data map, which is tried before it is in force`() async throws {
    try await Self.with { server, vault in
      let empty = try await server.get("/vault")
      #expect(empty.status == .ok && empty.text.contains("Nothing is kept here yet"))
      let page = try await server.get("/vault/map")
      #expect(page.text.contains("None is in force yet") && page.text.contains("fides_key: vault"))
      let yaml = try Self.example()
      let check = try await server.post("/vault/map", ["map": yaml, "intent": "check"])
      #expect(check.text.contains("Would be added") && check.text.contains("field profile.email"))
      #expect(try await vault.map() == nil)
      let broken = try await server.post(
        "/vault/map", ["map": yaml.replacing("user.contact.email", with: "user.nonsense"), "intent": "apply"])
      #expect(
        broken.status == .unprocessableEntity && broken.text.contains("id=\"map-error\""),
        "\(broken.part(from: "map-error", to: "<"))")
      let applied = try await server.post("/vault/map", ["map": yaml, "intent": "apply"])
      #expect(applied.status == .seeOther && applied.location == "/vault/map?notice=map-adopted", "\(applied.headers)")
      #expect(try await vault.map()?.version == 1)
      #expect(try await server.get("/vault/map").text.contains("Version 1 is in force"))
    }
  }

  @Test func `show keys, work with its progress, and what each index tells, and no value`() async throws {
    try await Self.with { server, vault in
      _ = try await vault.adopt(DataMap(yaml: Array(try Self.example().utf8), file: "map"), by: .operator)
      _ = try await Self.fill(vault)
      #expect(try await server.get("/vault?confirm=rotation").text.contains("Make a new platform key?"))
      #expect(try await server.post("/vault/rotation", [:]).status == .seeOther)
      let running = try await server.get("/vault")
      #expect(running.text.contains("Rotation to key 2") && running.text.contains("0 of 20"))
      let job = try #require(try await vault.jobs().first { $0.kind == .rotation })
      #expect(try await server.post("/vault/jobs/\(job.id)", ["state": "stopped"]).status == .seeOther)
      #expect(try await vault.workSome()?.kind != .rotation, "it is stopped")
      #expect(try await server.get("/vault").text.contains("Go on"))
      #expect(try await server.post("/vault/jobs/\(job.id)", ["state": "running"]).status == .seeOther)
      #expect(try await vault.workUntilDone())
      let done = try await server.get("/vault")
      #expect(done.text.contains("20 of 20") && done.text.contains("destroyed"))
      #expect(done.text.contains("profile.email") && done.text.contains("all 256 bits"))
      #expect(done.text.contains("Nothing is past its time"))
      #expect(done.text.contains("none was ever made"))
      #expect(!done.text.contains("secret1"))
      let again = try await server.post("/vault/jobs/\(job.id)", ["state": "running"])
      #expect(again.status == .notFound)
    }
  }

  @Test func `set a hold and end it, and give leave to read in bulk to somebody else only`() async throws {
    try await Self.with { server, vault in
      _ = try await vault.adopt(DataMap(yaml: Array(try Self.example().utf8), file: "map"), by: .operator)
      let subject = try #require(try await Self.fill(vault).first?.subject)
      #expect(try await server.get("/vault/holds").text.contains("No legal hold is in force"))
      let wrong = try await server.post("/vault/holds", ["subject": "nobody", "reason": "Case 7"])
      #expect(wrong.status == .unprocessableEntity && wrong.text.contains("subject-error"))
      let unknown = try await server.post(
        "/vault/holds", ["subject": "0199f3a1-44b1-794b-8636-84a366b14869", "reason": "Case 7"])
      #expect(unknown.status == .unprocessableEntity)
      #expect(try await server.post("/vault/holds", ["subject": "\(subject)", "reason": "Case 7"]).status == .seeOther)
      #expect(try await server.get("/vault/holds").text.contains("Case 7"))
      let hold = try #require(try await vault.holds().first)
      #expect(try await server.post("/vault/holds/\(hold.id)/end", [:]).status == .seeOther)
      #expect(try await server.post("/vault/holds/\(hold.id)/end", [:]).status == .conflict)

      #expect(
        try await server.post("/vault/unlocks", ["purpose": "essential.service", "reason": "A move to elsewhere."])
          .status
          == .seeOther)
      let own = try await server.get("/vault/unlocks")
      #expect(own.text.contains("A move to elsewhere.") && !own.text.contains("/approve"), "nobody approves their own")
      let mine = try #require(try await vault.unlocks().first)
      #expect(try await server.post("/vault/unlocks/\(mine.id)/approve", ["minutes": "30"]).status == .conflict)
      let caller = VaultCaller(
        author: try Entry.Author("member:grace"), purpose: "essential.service", role: "privacy")
      let other = try await vault.askToUnlock(reason: "Another move.", by: caller)
      #expect(try await server.get("/vault/unlocks").text.contains("/vault/unlocks/\(other.id)/approve"))
      #expect(try await server.post("/vault/unlocks/\(other.id)/approve", ["minutes": "30"]).status == .seeOther)
      #expect(
        try await vault.unlocks().first { $0.id == other.id }?.isOpen(at: server.clock.surroundings.now()) == true)
      #expect(try await server.post("/vault/unlocks/\(other.id)/end", [:]).status == .seeOther)
    }
  }

  @Test func `offer nothing to change to whoever may only look`() async throws {
    try await Self.with { server, vault in
      _ = try await vault.adopt(DataMap(yaml: Array(try Self.example().utf8), file: "map"), by: .operator)
      _ = try await Self.fill(vault)
      server.signIn.allow([.read])
      let page = try await server.get("/vault")
      #expect(page.status == .ok && !page.text.contains("Rotate…"))
      #expect(try await server.get("/vault/map").text.contains("Put in force") == false)
      for path in ["/vault/rotation", "/vault/retention", "/vault/map", "/vault/holds", "/vault/unlocks"] {
        #expect(try await server.post(path, [:]).status == .forbidden, "\(path)")
      }
      for path in ["/vault/holds", "/vault/unlocks"] { #expect(try await server.get(path).status == .forbidden) }
    }
  }
}
