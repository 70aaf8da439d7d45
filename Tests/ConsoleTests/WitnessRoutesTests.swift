import AsyncHTTPClient
import Journal
import NIOCore
import NIOHTTP1
import Primitives
import Storage
import TestKit
import Testing
import TransparencyLog

@testable import Console

@Suite struct `A witness over HTTP` {
  static func with(_ body: (TestLedger, Witness, String) async throws -> Void) async throws {
    try await TestLedger.with(.sqlite) { ledger in
      try await ledger.database.migrate([Witness.migrations], at: Instant(seconds: 0))
      let witness = try Witness(
        database: ledger.database, key: SigningKey(generatingFor: "w.example", kind: .cosignature),
        watching: ledger.keyring.policy)
      for number in 0..<5 { try await ledger.journal.append(TestLedger.draft(number)) }
      try await ledger.sequence()
      try await RunningServer.with {
        $0.serve(witness)
      } _: { url in
        try await body(ledger, witness, "\(url)/witness")
      }
    }
  }

  static func request(_ ledger: TestLedger, old: UInt64, path: [MerkleHash]? = nil) async throws -> String {
    let note = try await ledger.journal.publishedCheckpoint()
    let size = try Checkpoint(text: note.text).size
    let proof = try await ledger.journal.consistency(from: min(old, size), to: size).path
    return WitnessRequest(oldSize: old, path: path ?? proof, checkpoint: note).text
  }

  @Test func `answers with the statuses of the specification`() async throws {
    try await Self.with { ledger, witness, url in
      let good = try await Self.request(ledger, old: 0)
      let (first, line) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: good)
      #expect(first.status == .ok)
      let note = try await ledger.journal.publishedCheckpoint()
      let cosigned = try SignedNote(parsing: Array(note.text.utf8) + [0x0a] + line)
      _ = try witness.verifierKey.verify(#require(cosigned.signatures.first), of: note.text)

      let (conflict, size) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: good)
      #expect(conflict.status == .conflict)
      #expect(conflict.headers.first(name: "Content-Type") == "text/x.tlog.size")
      #expect(size == Array("6\n".utf8))

      try await ledger.journal.append(TestLedger.draft(6))
      try await ledger.sequence()
      let wrong = try await Self.request(ledger, old: 6, path: [.emptyTree])
      let (inconsistent, _) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: wrong)
      #expect(inconsistent.status == .unprocessableEntity)
      let beyond = try await Self.request(ledger, old: 99)
      let (tooOld, _) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: beyond)
      #expect(tooOld.status == .badRequest)
      let (malformed, _) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: "nonsense")
      #expect(malformed.status == .badRequest)

      let stranger = try SigningKey(generatingFor: "stranger.example", kind: .ed25519)
      for (key, origin, status) in [(stranger, "stranger.example", 404), (stranger, TestLedger.origin, 403)] {
        var note = try SignedNote(text: Checkpoint(origin: origin, size: 1, root: .leaf([1])).text)
        note.add(try key.sign(note.text, at: Instant(seconds: 0)))
        let body = WitnessRequest(oldSize: 0, path: [], checkpoint: note).text
        let (refused, _) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: body)
        #expect(refused.status.code == status)
      }
      let long = good + String(repeating: "x", count: WitnessRequest.largest)
      let (tooLong, _) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: long)
      #expect(tooLong.status == .payloadTooLarge)
    }
  }

  @Test func `answers a fork of the size it has with 422, and cosigns it in no way`() async throws {
    try await Self.with { ledger, _, url in
      let good = try await Self.request(ledger, old: 0)
      let (first, _) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: good)
      #expect(first.status == .ok)
      let key = try #require(ledger.keyring.keys.first)
      var fork = try SignedNote(text: Checkpoint(origin: TestLedger.origin, size: 6, root: .leaf([1])).text)
      fork.add(try key.sign(fork.text, at: Instant(seconds: 0)))
      let body = WitnessRequest(oldSize: 6, path: [], checkpoint: fork).text
      let (refused, answer) = try await RunningServer.fetch("\(url)/add-checkpoint", posting: body)
      #expect(refused.status == .unprocessableEntity)
      #expect(!String(decoding: answer, as: UTF8.self).contains("\u{2014}"))
      let (_, shown) = try await RunningServer.fetch("\(url)/\(Witness.originHash(TestLedger.origin))/checkpoint")
      let published = try await ledger.journal.publishedCheckpoint()
      #expect(try SignedNote(parsing: shown).text == published.text)
    }
  }

  @Test func `shows what it cosigned last, and nothing else`() async throws {
    try await Self.with { ledger, _, url in
      let hash = Witness.originHash(TestLedger.origin)
      let (nothing, _) = try await RunningServer.fetch("\(url)/\(hash)/checkpoint")
      #expect(nothing.status == .notFound)
      _ = try await RunningServer.fetch("\(url)/add-checkpoint", posting: Self.request(ledger, old: 0))
      let (shown, body) = try await RunningServer.fetch("\(url)/\(hash)/checkpoint")
      #expect(shown.status == .ok)
      #expect(try ledger.keyring.policy.verify(SignedNote(parsing: body)).checkpoint.size == 6)
    }
  }

  @Test func `cosigns for a log that reaches it over HTTP`() async throws {
    try await Self.with { ledger, witness, url in
      let lines =
        ledger.keyring.policy.text.replacing("quorum none\n", with: "")
        + "witness w \(witness.verifierKey) \(url)\nquorum w\n"
      let policy = try LogPolicy(parsing: Array(lines.utf8))
      try await HTTPFetcher.with { fetcher in
        let collector = WitnessCollector(
          journal: ledger.journal, policy: { policy }, transport: HTTPWitnessTransport(fetcher),
          logger: TestLedger.quiet)
        for number in 0..<3 {
          let verified = try await collector.collect()
          #expect(verified?.checkpoint.size == UInt64(6 + number))
          try await ledger.journal.append(TestLedger.draft(number))
          try await ledger.sequence()
        }
      }
    }
  }
}

@Suite struct `A rate limit` {
  @Test func `turns an address away that asks too often, and lets it in again`() async throws {
    let clock = SettableClock(Instant(seconds: 1_800_000_000))
    let buckets = TokenBuckets(surroundings: clock.surroundings)
    let rate = TokenBuckets.Rate(perSecond: 10, burst: 5)
    for _ in 0..<5 { #expect(buckets.take(for: "a", rate)) }
    #expect(!buckets.take(for: "a", rate))
    #expect(buckets.take(for: "b", rate))
    clock.set(Instant(milliseconds: 1_800_000_000_250))
    #expect(buckets.take(for: "a", rate) && buckets.take(for: "a", rate))
    #expect(!buckets.take(for: "a", rate))
    clock.set(Instant(seconds: 1_700_000_000))
    #expect(!buckets.take(for: "a", rate), "a clock that goes back gives nothing away")
  }
}
