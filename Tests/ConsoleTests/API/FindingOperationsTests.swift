import NIOHTTP1
import Obligations
import Primitives
import Testing

@testable import Console

@Suite struct `Findings over the API` {
  @Test func `say what was seen and where, why it matters, how to mend it, and what it breaks`() async throws {
    try await `The page of findings`.with { server, tls, _ async throws in
      let answer = try await server.get("/api/v1/findings")
      #expect(answer.status == .ok)
      guard case .array(let items) = JSON(parsing: Array(answer.text.utf8))?["items"] else {
        Issue.record("there are no findings: \(answer.text)")
        return
      }
      #expect(items.map { $0["severity"] } == ["critical", "high", "low", "note"])
      let weak = try #require(items.first { $0["code"] == "tls-obsolete-protocol" })
      #expect(weak["check"] == "fake.tls" && weak["target"] == "https://shop.example")
      #expect(weak["title"] == "Obsolete versions of TLS are accepted")
      #expect(weak["why"]?.text?.isEmpty == false && weak["fix"]?.text?.isEmpty == false)
      #expect(weak["reference"]?.text?.hasPrefix("https://") == true)
      #expect(weak["duties"] == ["D01"])
      #expect(weak["requirements"].map { $0 != [] } == true)
      guard case .array(let servers) = weak["configurations"] else {
        Issue.record("there are no lines for servers")
        return
      }
      #expect(servers.map { $0["server"] } == ["nginx", "Apache", "Caddy"])
      // A note breaks nothing, and what is unknown has no advice.
      let note = try #require(items.first { $0["severity"] == "note" })
      #expect(note["duties"] == [] && note["requirements"] == [])
      #expect(items.first { $0["code"] == "made-up" }?["why"] == .null)

      let look = try #require(try await server.register.book().book.looks["fake.tls"]?["https://shop.example"])
      let one = try await server.get("/api/v1/observations/\(look.observation)")
      guard case .array(let same) = JSON(parsing: Array(one.text.utf8))?["findings"] else {
        Issue.record("the observation has no findings: \(one.text)")
        return
      }
      #expect(same.first { $0["code"] == "tls-obsolete-protocol" } == weak)
    }
  }
}
