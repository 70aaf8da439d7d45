import Access
import Assessment
import HTTPTypes
import Journal
import NIOHTTP1
import Obligations
import Primitives
import Storage
import TestKit
import Testing

@testable import Console

/// A shop of which every kind of thing is on record, so that each operation has something to answer.
struct CalledShop: Sendable {
  let server: SignedInServer
  let operations: [Operation]
  let observation: Identifier<Observation>
  let attestation: Identifier<Attestation>
  let exception: Identifier<Exception>

  static let target = "https://shop.example"

  static func with(_ body: (CalledShop) async throws -> Void) async throws {
    let tls = FakeCheck(code: "fake.tls", title: "Protocol versions")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(.bad(), at: target)
      try await server.register.planChecks()
      try await server.look(tls)
      let attestation = try await server.attest()
      let exception = try await server.register.grant(
        .control("cookies"), reason: "A new shop comes.", until: server.inAMonth, by: .operator)
      let looks = try await server.register.book().book.looks
      try await body(
        CalledShop(
          server: server, operations: ConsoleOperations(rooms: server.rooms).all,
          observation: try #require(looks["fake.tls"]?[target]?.observation), attestation: attestation.id,
          exception: exception.id))
    }
  }

  /// Where an operation is, with what is on record in place of its parameters.
  func path(of operation: Operation) -> String {
    let query = operation.id == "listObservations" ? "?target=\(Routes.encoded(Self.target))" : ""
    return operation.path.replacing("{duty}", with: "D01").replacing("{check}", with: "fake.tls")
      .replacing("{observation}", with: "\(observation)").replacing("{attestation}", with: "\(attestation)")
      .replacing("{exception}", with: "\(exception)") + query
  }

  /// A body that an operation takes; nil for one without.
  func body(of operation: Operation) -> [UInt8]? {
    let bodies: [String: JSON] = [
      "requestLook": ["target": .string(Self.target)],
      "putProfile": ["yaml": .string(SampleShop.profile + "\nmarketplace: false\n")],
      "signAttestation": [
        "control": "audit", "statement": "It was audited.", "expires": .string(server.inAMonth.rfc3339),
        "document": "audit.txt", "content": .string(Base64.encode(Array("All is well.".utf8))),
      ],
      "grantException": [
        "subject": "control:diagram", "reason": "It is being drawn.", "ends": .string(server.inAMonth.rfc3339),
      ],
    ]
    return bodies[operation.id]?.canonicalBytes
  }

  func call(_ operation: Operation) async throws -> SignedInServer.Answer {
    try await server.call(HTTPMethod(operation.method), path(of: operation), body: body(of: operation))
  }

  /// All that operations could change.
  func recorded() async throws -> UInt64 {
    try await server.ledger.sequence()
    return try await server.ledger.journal.publishedSize()
  }
}

extension HTTPMethod {
  init(_ method: HTTPRequest.Method) { self.init(rawValue: method.rawValue) }
}

extension Operation {
  var isStream: Bool {
    switch work {
    case .answer, .list, .upload, .download: false
    case .events: true
    }
  }
}

extension SignedInServer {
  var inAMonth: Instant { clock.surroundings.now().advanced(by: .seconds(30 * 86_400)) }

  func attest() async throws -> Attestation {
    try await register.attest(
      Attestation.Draft(
        control: "audit", statement: "It was audited.", expires: inAMonth, documentName: "audit.txt", document: [1]),
      by: .operator)
  }
}

extension SignedInServer.Answer {
  /// Whether it is a problem of this status, as RFC 9457 has it.
  func isProblem(_ status: Int) -> Bool {
    self.status.code == status && headers.first(name: "Content-Type") == "application/problem+json"
      && json?["status"] == .integer(Int64(status)) && json?["type"] == "about:blank"
      && json?["title"]?.text?.isEmpty == false && json?["detail"]?.text?.isEmpty == false
  }
}

@Suite struct `The API's operations` {
  @Test func `are served as the document declares them`() async throws {
    try await CalledShop.with { shop in
      let document = try #require(try await shop.server.get("/api/openapi.json", signedIn: false).json)
      guard case .object(let paths)? = document["paths"] else {
        Issue.record("the document has no paths")
        return
      }
      let declared = paths.flatMap { path, item -> [String] in
        guard case .object(let methods) = item else { return [] }
        return methods.map { "\($0.key) \(path) \($0.value["operationId"]?.text ?? "")" }
      }
      #expect(
        declared.sorted()
          == shop.operations.map { "\($0.method.rawValue.lowercased()) /api/v1\($0.path) \($0.id)" }.sorted())
      #expect(Set(shop.operations.map(\.id)).count == shop.operations.count)
      let events = document["paths"]?["/api/v1/events"]?["get"]?["responses"]?["200"]?["content"]
      #expect(events?["text/event-stream"]?["schema"]?["type"] == "object")
      for operation in shop.operations where !operation.isStream {
        let answer = try await shop.call(operation)
        #expect(answer.status.code == UInt(operation.status.code), "\(operation.id): \(answer.text)")
        guard operation.status != .noContent else {
          #expect(answer.bytes.isEmpty)
          continue
        }
        #expect(answer.headers.first(name: "Content-Type") == "application/json")
        let fault = operation.answer.fault(of: answer.json ?? .null)
        #expect(fault == nil, "\(operation.id): \(fault ?? "")")
      }
    }
  }

  @Test func `let nobody in without a session, the right role and the session's own token`() async throws {
    try await CalledShop.with { shop in
      let before = try await shop.recorded()
      for operation in shop.operations {
        let (path, body) = (shop.path(of: operation), shop.body(of: operation))
        let method = HTTPMethod(operation.method)
        let stranger = try await shop.server.call(method, path, body: body, signedIn: false)
        #expect(stranger.isProblem(401), "\(operation.id)")
        shop.server.signIn.allow(Set(Action.allCases).subtracting([operation.action]))
        let other = try await shop.server.call(method, path, body: body)
        #expect(other.isProblem(403), "\(operation.id)")
        shop.server.signIn.allow(Set(Action.allCases))
        guard operation.method != .get else { continue }
        for csrf in [nil, "", "another-token"] {
          let forged = try await shop.server.call(method, path, body: body, csrf: csrf)
          #expect(forged.isProblem(403), "\(operation.id) \(csrf ?? "without a token")")
        }
      }
      #expect(try await shop.recorded() == before, "nothing was done")
    }
  }

  @Test func `take no body that is not as declared`() async throws {
    try await CalledShop.with { shop in
      let before = try await shop.recorded()
      for operation in shop.operations where operation.body != nil {
        let (method, path) = (HTTPMethod(operation.method), shop.path(of: operation))
        let body = shop.body(of: operation)
        #expect(try await shop.server.call(method, path, body: body, type: "text/plain").isProblem(415))
        #expect(try await shop.server.call(method, path).isProblem(415))
        for (text, status) in [("{", 400), ("{}", 422), ("[]", 422), (#"{"stray": 1}"#, 422)] {
          let answer = try await shop.server.call(method, path, body: Array(text.utf8))
          #expect(answer.isProblem(status), "\(operation.id) \(text): \(answer.text)")
        }
        let long = Array(repeating: UInt8(ascii: " "), count: 1_300_000)
        #expect(try await shop.server.call(method, path, body: long).isProblem(413), "\(operation.id)")
      }
      #expect(try await shop.recorded() == before, "nothing was done")
    }
  }

  @Test func `say what is not there and what is refused`() async throws {
    try await CalledShop.with { shop async throws in
      let server = shop.server
      let nobody = "0199f3a1-44b1-794b-8636-84a366b14869"
      for path in ["/nothing", "/duties/D99", "/observations/\(nobody)", "/observations/x"] {
        #expect(try await server.call(.GET, path).isProblem(404), "\(path)")
      }
      for path in ["/attestations/\(nobody)/withdrawal", "/exceptions/\(nobody)/end", "/attestations/x/withdrawal"] {
        #expect(try await server.call(.POST, path).isProblem(404), "\(path)")
      }
      for path in [
        "/duties?limit=0", "/duties?limit=501", "/duties?limit=x", "/duties?after=x", "/duties?after=30",
        "/duties?standing=green", "/changes?since=yesterday", "/checks/fake.tls/observations",
      ] {
        #expect(try await server.call(.GET, path).isProblem(400), "\(path)")
      }
      let far = server.inAMonth.advanced(by: .seconds(800 * 86_400)).rfc3339
      let exception: JSON = ["subject": "control:diagram", "reason": "Later.", "ends": .string(far)]
      #expect(try await server.call(.POST, "/exceptions", body: exception.canonicalBytes).isProblem(422))
      let profile: JSON = ["yaml": "platform: [1"]
      #expect(try await server.call(.PUT, "/profile", body: profile.canonicalBytes).isProblem(422))
      let look: JSON = ["target": "https://elsewhere.example"]
      #expect(try await server.call(.POST, "/checks/fake.tls/looks", body: look.canonicalBytes).isProblem(404))
    }
  }
}
