import AsyncHTTPClient
import Console
import Foundation
import Journal
import NIOCore
import NIOHTTP1
import Primitives
import ServiceLifecycle
import Storage
import TestKit
import Testing
import TransparencyLog

/// A server on a port of its own, for the length of a test.
enum RunningServer {
  static func with(
    surroundings: Surroundings = .system, _ configure: (Server) throws -> Void, _ body: (String) async throws -> Void
  ) async throws {
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let server = try Server(
      on: Server.Address("127.0.0.1:0"), certificate: nil, logger: TestLedger.quiet, surroundings: surroundings
    ) { port in continuation.yield(port) }
    try configure(server)
    let service = try server.service()
    let running = Task { try await service.run() }
    for await port in ports.prefix(1) {
      do {
        try await body("http://127.0.0.1:\(port)")
      } catch {
        running.cancel()
        try? await running.value
        throw error
      }
    }
    running.cancel()
    try? await running.value
  }

  /// One request with a client of the library, so that headers can be looked at.
  static func fetch(_ url: String, posting body: String? = nil, head: Bool = false) async throws -> (
    response: HTTPClientResponse, body: [UInt8]
  ) {
    var request = HTTPClientRequest(url: url)
    if head { request.method = .HEAD }
    if let body {
      request.method = .POST
      request.body = .bytes(Array(body.utf8))
    }
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(20))
    return (response, Array(try await response.body.collect(upTo: 1 << 24).readableBytesView))
  }
}

@Suite struct `The ledger over HTTP` {
  static func with(entries: Int, _ body: (TestLedger, String) async throws -> Void) async throws {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.database.write { transaction in
        try ledger.journal.append((1..<entries).map { try TestLedger.draft($0) }, in: transaction)
      }
      try await ledger.sequence()
      try await RunningServer.with {
        $0.serve(ledger.journal, under: ledger.keyring.policy)
        $0.serveHealth(of: ledger.journal)
      } _: { url in
        try await body(ledger, url)
      }
    }
  }

  @Test func `has the content types and caching headers of the specification`() async throws {
    try await Self.with(entries: 700) { ledger, url in
      let expected = [
        ("checkpoint", "text/plain; charset=utf-8", "no-cache"),
        ("tile/0/000", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/0/002.p/188", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/1/000.p/2", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/001", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("tile/entries/002.p/188", "application/octet-stream", "public, max-age=31536000, immutable"),
        ("entries/699", "application/json", "public, max-age=31536000, immutable"),
        ("entries/699.tlog-proof", "text/plain; charset=utf-8", "no-cache"),
      ]
      for (path, type, caching) in expected {
        let (response, body) = try await RunningServer.fetch("\(url)/ledger/\(path)")
        #expect(response.status == .ok, "\(path)")
        #expect(response.headers.first(name: "Content-Type") == type)
        #expect(response.headers.first(name: "Cache-Control") == caching)
        #expect(response.headers.first(name: "Access-Control-Allow-Origin") == "*")
        #expect(!body.isEmpty)
        let (head, nothing) = try await RunningServer.fetch("\(url)/ledger/\(path)", head: true)
        #expect(head.status == .ok && nothing.isEmpty)
      }
    }
  }

  @Test func `gives tiles of every width the tree has had, and none it has not`() async throws {
    try await Self.with(entries: 300) { ledger, url in
      let (_, full) = try await RunningServer.fetch("\(url)/ledger/tile/0/000")
      #expect(full.count == 8_192)
      for width in [1, 17, 255] {
        let (_, partial) = try await RunningServer.fetch("\(url)/ledger/tile/0/000.p/\(width)")
        #expect(partial == Array(full.prefix(width * 32)))
        let (_, entries) = try await RunningServer.fetch("\(url)/ledger/tile/entries/000.p/\(width)")
        #expect(try EntryBundle(bytes: entries, count: width).entries.count == width)
      }
      for path in [
        "tile/0/001", "tile/0/001.p/45", "tile/0/002.p/1", "tile/1/000.p/2", "tile/2/000.p/1", "tile/63/000.p/1",
        "tile/entries/001", "tile/entries/001.p/45", "tile/entries/x999/x999/x999/x999/999", "entries/300",
        "entries/300.tlog-proof",
      ] {
        let (response, body) = try await RunningServer.fetch("\(url)/ledger/\(path)")
        #expect(response.status == .notFound, "\(path)")
        #expect(response.headers.first(name: "Content-Type") == "application/problem+json")
        #expect(JSON(parsing: body)?["status"] == .integer(404))
      }
    }
  }

  @Test func `refuses paths that are not canonical, saying why`() async throws {
    try await Self.with(entries: 3) { _, url in
      for path in [
        "tile/0/0", "tile/64/000", "tile/0/000.p/0", "tile/0/x000/001", "tile/-1/000", "tile/entries/1",
        "tile/entries/000.p/999", "entries/-1", "entries/01", "entries/abc", "entries/.tlog-proof", "tile/entries",
      ] {
        let (response, body) = try await RunningServer.fetch("\(url)/ledger/\(path)")
        #expect(response.status == .badRequest, "\(path) gave \(response.status)")
        #expect(JSON(parsing: body)?["detail"]?.text?.isEmpty == false)
      }
      let (nowhere, _) = try await RunningServer.fetch("\(url)/nowhere")
      #expect(nowhere.status == .notFound)
      let (posted, _) = try await RunningServer.fetch("\(url)/ledger/checkpoint", posting: "x")
      #expect(posted.status == .notFound || posted.status == .methodNotAllowed)
    }
  }

  @Test func `shows only what is under a published checkpoint`() async throws {
    try await Self.with(entries: 3) { ledger, url in
      let id = try await ledger.journal.append(TestLedger.draft(9))
      let (before, _) = try await RunningServer.fetch("\(url)/ledger/entries/3")
      #expect(before.status == .notFound)
      try await ledger.sequence()
      let (after, body) = try await RunningServer.fetch("\(url)/ledger/entries/3")
      #expect(after.status == .ok)
      #expect(try Entry(parsing: body).id == id)
    }
  }

  @Test func `says whether it lives and is ready`() async throws {
    try await Self.with(entries: 5) { _, url in
      for path in ["healthz", "readyz", "metrics"] {
        let (response, body) = try await RunningServer.fetch("\(url)/\(path)")
        #expect(response.status == .ok)
        if path == "metrics" { #expect(String(decoding: body, as: UTF8.self).contains("surety_ledger_entries 5\n")) }
      }
    }
  }

  @Test func `verifies from scratch for a stranger, also while it grows`() async throws {
    try await Self.with(entries: 1_500) { ledger, url in
      let policy = ledger.keyring.policy
      let sequencer = try ledger.sequencer(interval: .milliseconds(1))
      let running = Task { try await sequencer.run() }
      let growing = Task {
        while !Task.isCancelled { try await ledger.journal.append(TestLedger.draft(1)) }
      }
      try await HTTPFetcher.with { fetcher in
        var earlier: Checkpoint?
        for _ in 0..<5 {
          let audit = LedgerAudit(of: RemoteLedger(at: "\(url)/ledger", using: fetcher), under: policy)
          earlier = try await audit.run(continuing: earlier).checkpoint.checkpoint
        }
        #expect(earlier.map { $0.size >= 1_500 } == true)
      }
      growing.cancel()
      running.cancel()
      _ = try? await growing.value
      _ = try? await running.value
    }
  }
}
