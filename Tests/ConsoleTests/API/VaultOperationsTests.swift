import Access
import Foundation
import Journal
import NIOHTTP1
import Primitives
import Storage
import TestKit
import Testing
import Vault

@testable import Console

/// A shop that keeps its customers in the vault and calls the API.
private struct VaultShop: Sendable {
  let server: SignedInServer
  let vault: Vault

  static let purpose = "essential.service"

  static func with(
    sessions: SignedInServer.Sessions = .stub, _ body: (VaultShop) async throws -> Void
  ) async throws {
    try await SignedInServer.with(sessions: sessions, hasVault: true) { server in
      let vault = try #require(server.vault)
      let map = try SourceTree.text(of: "docs/examples/data-map.yaml")
      _ = try await vault.adopt(DataMap(yaml: Array(map.utf8), file: "data-map.yaml"), by: .operator)
      try await body(VaultShop(server: server, vault: vault))
    }
  }

  func call(
    _ method: HTTPMethod, _ path: String, _ body: JSON? = nil, key: String? = nil, bearer: String? = nil
  ) async throws -> SignedInServer.Answer {
    try await server.call(
      method, "/vault\(path)", body: body?.canonicalBytes, key: key, signedIn: bearer == nil, bearer: bearer)
  }

  /// A customer with a profile and a card.
  static func customer(_ number: Int, purpose: String = purpose) -> JSON {
    [
      "purpose": .string(purpose),
      "records": [
        [
          "collection": "profile",
          "fields": [
            "email": .string("customer\(number)@example.com"), "first_name": "Ada", "last_name": "Lovelace",
            "postcode": "10115",
          ],
        ]
      ],
    ]
  }

  /// Stores a customer.
  func add(_ number: Int = 1) async throws -> (subject: String, record: String, token: String) {
    let answer = try await call(.POST, "/subjects", Self.customer(number))
    #expect(answer.status == .created, "\(answer.text)")
    guard case .array(let records)? = answer.json?["records"], let record = records.first else {
      throw JSONMissing(what: answer.text)
    }
    return (
      try #require(answer.json?["subject"]?.text), try #require(record["record"]?.text),
      try #require(record["tokens"]?["email"]?.text)
    )
  }

  struct JSONMissing: Error { let what: String }

  /// The published entries of a kind.
  func entries(_ kind: String) async throws -> [Entry] {
    try await server.ledger.sequence()
    let size = try await server.ledger.journal.publishedSize()
    return try await server.ledger.journal.leaves(from: 0, limit: Int(size)).map { try Entry(parsing: $0.bytes) }
      .filter { $0.kind.name == kind }
  }
}

@Suite struct `The API of customers' data` {
  @Test func `stores, reads, changes, finds and removes`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, record, token) = try await shop.add()
      let read = try await shop.call(.GET, "/subjects/\(subject)?purpose=essential.service")
      #expect(read.status == .ok)
      #expect(read.text.contains("customer1@example.com"))
      #expect(read.headers.first(name: "Cache-Control") == "no-store")

      let path = "/subjects/\(subject)/records/profile/\(record)"
      let change: JSON = ["purpose": "essential.service", "fields": ["first_name": "Augusta"], "version": 1]
      let changed = try await shop.call(.PATCH, path, change)
      #expect(changed.json?["version"] == .integer(2), "\(changed.text)")
      #expect(changed.json?["tokens"]?["email"]?.text == token, "a token outlives a change")
      let stale = try await shop.call(.PATCH, path, change)
      #expect(stale.isProblem(409), "\(stale.text)")

      let wanted: JSON = [
        "purpose": "essential.service", "collection": "profile", "where": ["email": "CUSTOMER1@Example.com"],
      ]
      let found = try await shop.call(.POST, "/search", wanted)
      #expect(found.status == .ok && found.text.contains(subject), "\(found.text)")

      let removed = try await shop.call(.DELETE, "\(path)?purpose=essential.service&version=2")
      #expect(removed.status == .noContent, "\(removed.text)")
      let gone = try await shop.call(.POST, "/search", wanted)
      #expect(!gone.text.contains(subject))
    }
  }

  @Test func `gives values for tokens, and a masked one to whoever may not see it whole`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, _, token) = try await shop.add()
      let values = try await shop.call(
        .POST, "/tokens/values", ["purpose": "essential.service", "tokens": [.string(token), "unknown"]])
      #expect(values.text.contains("customer1@example.com"), "\(values.text)")
      let card: JSON = [
        "purpose": "essential.service.payment_processing", "collection": "cards",
        "fields": ["number": "4111 1111 1111 1111", "holder": "ADA LOVELACE"],
      ]
      let stored = try await shop.call(.POST, "/subjects/\(subject)/records", card)
      let cardToken = try #require(stored.json?["tokens"]?["number"]?.text, "\(stored.text)")
      #expect(cardToken.hasSuffix("1111") && !cardToken.contains("4111"))
      let question: JSON = [
        "purpose": "essential.service.payment_processing", "tokens": [.string(cardToken)],
      ]
      #expect(try await shop.call(.POST, "/tokens/values", question).text.contains("4111111111111111"))
      shop.server.signIn.allow(Set(Action.allCases).subtracting([.reveal]))
      let masked = try await shop.call(.POST, "/tokens/values", question)
      #expect(masked.text.contains("411111******1111") && masked.text.contains("\"masked\":true"), "\(masked.text)")
    }
  }

  @Test func `refuses what the data map does not know, and says where and why`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, _, _) = try await shop.add()
      let undeclared = try await shop.call(
        .POST, "/subjects",
        ["purpose": "essential.service", "records": [["collection": "profile", "fields": ["shoe_size": "41"]]]])
      #expect(undeclared.isProblem(422) && undeclared.text.contains("shoe_size"), "\(undeclared.text)")
      let noPurpose = try await shop.call(.GET, "/subjects/\(subject)")
      #expect(noPurpose.isProblem(403) && noPurpose.text.contains("purpose"), "\(noPurpose.text)")
      let other = try await shop.call(.GET, "/subjects/\(subject)?purpose=marketing.advertising")
      #expect(other.isProblem(403), "\(other.text)")
      let newsletter = try await shop.call(
        .GET, "/subjects/\(subject)?purpose=marketing.communications.email&collection=profile&fields=last_name")
      #expect(newsletter.isProblem(403), "\(newsletter.text)")
      let code = try await shop.call(
        .POST, "/subjects/\(subject)/records",
        [
          "purpose": "essential.service.payment_processing", "collection": "cards",
          "fields": ["number": "4111111111111111", "cvv": "123"],
        ])
      #expect(code.isProblem(422) && code.text.contains("verification"), "\(code.text)")
      #expect(!code.text.contains("4111111111111111"), "no value in a refusal")
      #expect(
        try await shop.call(.GET, "/subjects/0199f3a1-44b1-794b-8636-84a366b14869?purpose=essential.service")
          .isProblem(404))
      #expect(try await shop.entries("vault.refused").count >= 3)
    }
  }

  @Test func `every operation is refused to whoever may not, and leaves the vault as it was`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, record, token) = try await shop.add()
      let operations = VaultOperations(vault: shop.vault, authorizer: RoleAuthorizer(shop.server.rooms.access.roles))
        .all
      #expect(operations.count > 20)
      for operation in operations {
        shop.server.signIn.allow(Set(Action.allCases).subtracting([operation.action]))
        let path = operation.path.replacing("{subject}", with: subject).replacing("{record}", with: record)
          .replacing("{collection}", with: "profile").replacing("{field}", with: "email")
          .replacing("{job}", with: record).replacing("{hold}", with: record).replacing("{unlock}", with: record)
        let body: [UInt8]? = operation.body == nil ? nil : Array("{}".utf8)
        let answer = try await shop.server.call(
          HTTPMethod(operation.method), "\(path)?purpose=essential.service", body: body)
        #expect(answer.isProblem(403), "\(operation.id): \(answer.status) \(answer.text)")
        #expect(!answer.text.contains("customer1"))
      }
      shop.server.signIn.allow(Set(Action.allCases))
      let denied = try await shop.entries("vault.refused")
      #expect(denied.count == 1 && "\(denied[0].facts)".contains("access-denied"), "one an hour: \(denied.count)")
      #expect(try await shop.call(.GET, "/subjects/\(subject)?purpose=essential.service").text.contains("customer1"))
      #expect(!token.contains("customer1"))
    }
  }

  @Test func `a repeated request stores once, and the answer to a question is kept nowhere`() async throws {
    try await VaultShop.with { shop async throws in
      let first = try await shop.call(.POST, "/subjects", VaultShop.customer(7), key: "order-7")
      let again = try await shop.call(.POST, "/subjects", VaultShop.customer(7), key: "order-7")
      #expect(first.status == .created && first.bytes == again.bytes)
      #expect(try await shop.vault.status().records == 1)
      let token = try #require(first.json?["records"]?.items?.first?["tokens"]?["email"]?.text)
      _ = try await shop.call(
        .POST, "/tokens/values", ["purpose": "essential.service", "tokens": [.string(token)]], key: "question-7")
      let kept = try await shop.server.ledger.database.read {
        try $0.query("SELECT body FROM console_answer") {
          try $0.optionalText(0) ?? ""
        }
      }
      #expect(kept.count == 1)
      #expect(!kept.joined().contains("customer7"))
    }
  }

  @Test func `documents go in and out as they are, and no further than 50 MB`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, _, _) = try await shop.add()
      let order = try await shop.call(
        .POST, "/subjects/\(subject)/records",
        ["purpose": "essential.service", "collection": "orders", "fields": ["ordered_on": "2026-11-01"]])
      let record = try #require(order.json?["record"]?.text)
      var random = SeededGenerator(for: "documents")
      let bytes = random.bytes(700_000)
      let path = "/vault/subjects/\(subject)/records/orders/\(record)/documents/invoice?purpose=essential.service"
      let stored = try await shop.server.call(
        .PUT, "\(path)&name=invoice.pdf&type=application/pdf", body: bytes, type: "application/pdf")
      #expect(stored.json?["bytes"] == .integer(700_000), "\(stored.text)")
      let read = try await shop.server.call(.GET, path)
      #expect(read.bytes == bytes)
      #expect(read.headers.first(name: "Content-Disposition")?.contains("invoice.pdf") == true)
    }
  }

  @Test func `forgets a subject, with a receipt that the ledger proves`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, _, token) = try await shop.add()
      let receipt = try await shop.call(.POST, "/subjects/\(subject)/erasure", ["reason": "request"])
      #expect(receipt.status == .ok, "\(receipt.text)")
      let pseudonym = try #require(receipt.json?["pseudonym"]?.text)
      #expect(receipt.json?["kept"] == .array([]))
      let entries = try await shop.entries("vault.subject-forgotten")
      #expect(entries.map { "\($0.id)" } == [receipt.json?["entry"]?.text])
      #expect(entries.first.map { "\($0.facts)".contains(pseudonym) } == true)
      #expect(try await shop.call(.GET, "/subjects/\(subject)?purpose=essential.service").isProblem(404))
      let values = try await shop.call(
        .POST, "/tokens/values", ["purpose": "essential.service", "tokens": [.string(token)]])
      #expect(values.json?["values"] == .array([]))
    }
  }

  @Test func `a hold keeps a subject from being forgotten until it is ended`() async throws {
    try await VaultShop.with { shop async throws in
      let (subject, _, _) = try await shop.add()
      let hold = try await shop.call(.POST, "/holds", ["subject": .string(subject), "reason": "Lawsuit 12."])
      #expect(hold.status == .created, "\(hold.text)")
      #expect(try await shop.call(.POST, "/subjects/\(subject)/erasure", ["reason": "request"]).isProblem(409))
      let id = try #require(hold.json?["hold"]?.text)
      #expect(try await shop.call(.DELETE, "/holds/\(id)").status == .noContent)
      #expect(try await shop.call(.POST, "/subjects/\(subject)/erasure", ["reason": "request"]).status == .ok)
    }
  }

  @Test func `a map is compared before it is put in force`() async throws {
    try await VaultShop.with { shop async throws in
      let text = try SourceTree.text(of: "docs/examples/data-map.yaml")
      let more = text.replacing(
        "          - name: city\n",
        with: "          - name: country\n            data_categories: [user.contact.address.country]\n"
          + "          - name: city\n")
      let dry = try await shop.call(.POST, "/map", ["yaml": .string(more), "dryRun": true])
      #expect(dry.json?["version"] == .null && dry.text.contains("country"), "\(dry.text)")
      #expect(try await shop.call(.GET, "/map").json?["version"] == .integer(1))
      #expect(try await shop.call(.POST, "/map", ["yaml": .string(more)]).json?["version"] == .integer(2))
      #expect(try await shop.call(.POST, "/map", ["yaml": "dataset: nonsense"]).isProblem(422))
    }
  }

  @Test func `a program is held to the rate of its key, and others are not`() async throws {
    try await VaultShop.with(sessions: .real) { shop async throws in
      let access = shop.server.rooms.access
      let actions: Set<Action> = [.readSubject, .writeSubject, .findSubject]
      let (_, slow) = try await access.makeKey(label: "slow", actions: actions, rate: 2, by: .operator)
      let (_, fast) = try await access.makeKey(label: "fast", actions: actions, rate: 1_000, by: .operator)
      let answer = try await shop.call(.POST, "/subjects", VaultShop.customer(1), bearer: slow.text)
      let subject = try #require(answer.json?["subject"]?.text, "\(answer.text)")
      let path = "/subjects/\(subject)?purpose=essential.service"
      var refused = 0
      for _ in 0..<30 where try await shop.call(.GET, path, bearer: slow.text).status == .tooManyRequests {
        refused += 1
      }
      // The clock of the test stands still, so only the burst of ten is there to be had.
      #expect(refused == 21)
      for _ in 0..<30 { #expect(try await shop.call(.GET, path, bearer: fast.text).status == .ok) }
      let denied = try await shop.call(.POST, "/subjects/\(subject)/erasure", ["reason": "request"], bearer: fast.text)
      #expect(denied.isProblem(403))
    }
  }

  @Test func `many subjects are stored at once, all or none`() async throws {
    try await VaultShop.with { shop async throws in
      func subjects(_ numbers: Range<Int>) -> JSON {
        .array(numbers.map { ["records": VaultShop.customer($0)["records"] ?? .null] })
      }
      let stored = try await shop.call(
        .POST, "/subjects/bulk", ["purpose": "essential.service", "subjects": subjects(0..<200)])
      #expect(stored.json?["subjects"]?.items?.count == 200, "\(stored.text.prefix(300))")
      let twice = try await shop.call(
        .POST, "/subjects/bulk", ["purpose": "essential.service", "subjects": subjects(199..<300)])
      #expect(twice.isProblem(409), "\(twice.text.prefix(300))")
      #expect(try await shop.vault.status().records == 200)
    }
  }

  @Test func `a long list is refused with the place of what is wrong, and then nothing of it is stored`() async throws {
    try await VaultShop.with { shop async throws in
      let good = VaultShop.customer(1)["records"] ?? .null
      func send(_ text: String) async throws -> SignedInServer.Answer {
        try await shop.server.call(.POST, "/vault/subjects/bulk", body: Array(text.utf8))
      }
      func subject(_ records: JSON) -> String {
        #"{"records":\#(String(decoding: records.canonicalBytes, as: UTF8.self))}"#
      }
      let stray: JSON = [["collection": "profile", "fields": ["email": "b@example.com", "hobby": "chess"]]]
      for (text, status, words) in [
        (
          #"{"purpose":"essential.service","subjects":[\#(subject(good)),\#(subject(stray))]}"#, 422,
          "ubjects[1].records[0]"
        ),
        (
          #"{"purpose":"essential.service","subjects":[\#(subject(good)),{"record":[]}]}"#, 422,
          "subjects[1] has a member 'record'"
        ),
        (#"{"subjects":[\#(subject(good))]}"#, 422, "lacks 'purpose'"),
        (#"{"purpose":"essential.service","subjects":{}}"#, 422, "subjects has the wrong type"),
        (#"{"purpose":"essential.service"}"#, 422, "lacks 'subjects'"),
        (#"{"purpose":"essential.service","subjects":[]}"#, 422, "one to 5000"),
        (#"{"purpose":"essential.service","subjects":[\#(subject(good))]"#, 400, "not JSON"),
        (#"{"purpose":"essential.service","subjects":[\#(subject(good))]} x"#, 400, "not JSON"),
        (#"{"subjects":[\#(subject(good))],"purpose":"marketing.nonsense"}"#, 403, "no such purpose"),
      ] {
        let answer = try await send(text)
        #expect(answer.isProblem(status), "\(text): \(answer.text)")
        #expect(answer.text.contains(words), "\(answer.text)")
      }
      #expect(try await shop.vault.status().records == 0)
      // The purpose may stand behind the list.
      let last = try await send(#"{"subjects":[\#(subject(good))],"purpose":"essential.service"}"#)
      #expect(last.status == .created, "\(last.text)")
      // And the same request with the same key is done once.
      let other =
        #"{"subjects":[\#(subject(VaultShop.customer(2)["records"] ?? .null))],"purpose":"essential.service"}"#
      let first = try await shop.server.call(.POST, "/vault/subjects/bulk", body: Array(other.utf8), key: "again")
      let again = try await shop.server.call(.POST, "/vault/subjects/bulk", body: Array(other.utf8), key: "again")
      #expect(first.status == .created && first.text == again.text)
      #expect(try await shop.vault.status().records == 2)
    }
  }

  @Test func `reading in bulk waits for a second member`() async throws {
    try await VaultShop.with { shop async throws in
      _ = try await shop.add()
      let asked = try await shop.call(
        .POST, "/unlocks", ["purpose": "essential.service", "reason": "Moving to another mail service."])
      let id = try #require(asked.json?["unlock"]?.text, "\(asked.text)")
      let path = "/records?unlock=\(id)&purpose=essential.service"
      #expect(try await shop.call(.GET, path).isProblem(409))
      let own = try await shop.call(.POST, "/unlocks/\(id)/approval", ["minutes": 10])
      #expect(own.isProblem(409), "nobody approves what they asked for: \(own.text)")
      let other = try #require(Identifier<BulkUnlock>(id))
      try await shop.vault.approve(other, minutes: 10, by: try Entry.Author("member:grace"))
      let page = try await shop.call(.GET, path)
      #expect(page.text.contains("customer1@example.com"), "\(page.text)")
      shop.server.advance(by: .seconds(601))
      #expect(try await shop.call(.GET, path).isProblem(409))
    }
  }
}

extension JSON {
  fileprivate var items: [JSON]? {
    guard case .array(let items) = self else { return nil }
    return items
  }
}
