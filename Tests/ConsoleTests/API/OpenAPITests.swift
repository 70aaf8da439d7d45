import Obligations
import Primitives
import TestKit
import Testing

@testable import Console

@Suite struct `The API's declarations` {
  @Test func `check a body before anything is done`() {
    let schema = Schema.object(
      [
        Schema.member("name", .text("")), Schema.optional("at", .time("")),
        Schema.optional("n", .nullable(.integer(""))),
      ],
      "")
    #expect(schema.fault(of: ["name": "x"]) == nil)
    #expect(schema.fault(of: ["name": "x", "at": "2026-11-24T20:15:00Z", "n": .null]) == nil)
    #expect(schema.fault(of: [:]) == "the body lacks 'name'")
    #expect(schema.fault(of: ["name": 1]) == "name has the wrong type")
    #expect(schema.fault(of: ["name": "x", "extra": 1]) == "the body has a member 'extra' that is not known")
    #expect(schema.fault(of: ["name": "x", "at": "today"])?.contains("is not a time") == true)
    #expect(schema.fault(of: []) == "the body has the wrong type")
  }
}
