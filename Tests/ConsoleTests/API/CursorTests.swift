import Journal
import NIOHTTP1
import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The API's lists` {
  /// All items, page by page.
  static func items(of path: String, limit: Int, _ server: SignedInServer) async throws -> [JSON] {
    var (all, after) = ([JSON](), "")
    for _ in 0..<1_000 {
      let mark = path.contains("?") ? "&" : "?"
      let answer = try await server.call(.GET, "\(path)\(mark)limit=\(limit)\(after)")
      guard case .array(let items)? = answer.json?["items"] else {
        Issue.record("\(path): \(answer.text)")
        return all
      }
      all += items
      guard let next = answer.json?["next"]?.text else { return all }
      #expect(items.count == limit)
      after = "&after=\(Routes.encoded(next))"
    }
    Issue.record("\(path) does not end")
    return all
  }

  @Test func `are the same page by page as at once`() async throws {
    try await CalledShop.with { shop in
      for _ in 0..<3 {
        shop.server.advance(by: .seconds(60))
        _ = try await shop.server.attest()
      }
      let lists = shop.operations.filter { $0.parameters.contains { $0.name == "limit" } }
      #expect(lists.count >= 8)
      for operation in lists {
        let whole = try await Self.items(of: shop.path(of: operation), limit: 500, shop.server)
        #expect(!whole.isEmpty, "\(operation.id)")
        for limit in [1, 2] {
          let pages = try await Self.items(of: shop.path(of: operation), limit: limit, shop.server)
          #expect(pages == whole, "\(operation.id)")
        }
      }
    }
  }

  @Test func `neither repeat nor skip what was there when something comes or goes between two pages`() async throws {
    try await SignedInServer.with { server in
      func grant(_ reason: String) async throws -> String {
        server.advance(by: .seconds(1))
        let exception = try await server.register.grant(
          .control("diagram"), reason: reason, until: server.inAMonth, by: .operator)
        return "\(exception.id)"
      }
      var granted: [String] = []
      for number in 0..<6 { granted.insert(try await grant("Number \(number)."), at: 0) }
      var (seen, after) = ([String](), "")
      repeat {
        let answer = try await server.call(.GET, "/exceptions?limit=2\(after)")
        guard case .array(let items)? = answer.json?["items"] else { break }
        seen += items.compactMap { $0["exception"]?.text }
        after = answer.json?["next"]?.text.map { "&after=\($0)" } ?? ""
        _ = try await grant("One that came in between.")
      } while !after.isEmpty
      #expect(seen == granted)
    }
  }

  @Test func `give the items of one key one after another, and those after an item that is gone`() throws {
    let keys = [SortKey(.number(1), .text("a")), SortKey(.number(1), .text("b")), SortKey(.number(2), .text(""))]
    #expect(keys == keys.sorted() && keys[0] < keys[1] && keys[1] < keys[2])
    #expect(keys[0] < keys[0].numbered(0) && keys[0].numbered(0) < keys[0].numbered(1) && keys[0].numbered(9) < keys[1])
    #expect(SortKey(.newestFirst(Instant(seconds: 2))) < SortKey(.newestFirst(Instant(seconds: 1))))
    for key in keys { #expect(SortKey(cursor: key.cursor) == key) }
    let long = String(repeating: "very ", count: 400)
    let (one, other) = (SortKey(.name(long + "one")), SortKey(.name(long + "other")))
    #expect(one != other && one.cursor.count < SortKey.longestCursor / 5 && SortKey(cursor: one.cursor) == one)
    for text in ["", "x", "30", "7b7d", "5b6e756c6c5d"] { #expect(SortKey(cursor: text) == nil, "\(text)") }
  }

  @Test func `of findings and of deadlines hold what the pages hold`() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    let catalogue = try Catalogue(files: [
      ("duties.yaml", Array(SampleShop.duties.utf8)), ("law.yaml", Array(SampleShop.law.utf8)),
      ("cards.yaml", Array(SampleShop.cards.replacing("2020-01-01", with: "2030-06-01").utf8)),
      ("abroad.yaml", Array(SampleShop.abroad.replacing("2020-01-01", with: "2030-06-01").utf8)),
    ])
    let second = "\n  - url: https://second.example\n"
    try await SignedInServer.with(checks: [tls], catalogue: catalogue, profile: SampleShop.profile + second) { server in
      for target in ["https://shop.example", "https://second.example"] { tls.eyes.set(.bad(), at: target) }
      try await server.look(tls)
      #expect(try await Self.items(of: "/findings", limit: 10, server).count == 2)
      // Of a storefront that is no more, neither tells anything.
      try await server.register.setProfile(SampleShop.profile, by: .operator)
      #expect(try await server.get("/findings").text.contains("1 finding at 1 target"))
      #expect(try await Self.items(of: "/findings", limit: 10, server).count == 1)
      // A law that binds only who sells elsewhere does not fall due here; whether cards are taken is not known.
      let until = Period.months(12).after(server.clock.surroundings.now())
      let (book, profile) = try await server.register.book()
      let shown = DeadlineText.all(until: until, in: book, for: profile).map(\.title)
      let told = try await Self.items(of: "/deadlines", limit: 10, server).compactMap { $0["title"]?.text }
      #expect(told == shown)
      #expect(told.filter { $0.hasSuffix("begins to bind") } == ["CARDS Requirement 1 begins to bind"])
    }
  }
}
