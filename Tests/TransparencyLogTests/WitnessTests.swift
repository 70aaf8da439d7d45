import Primitives
import TestKit
import Testing
import TransparencyLog

@Suite struct `A witness` {
  let signed: SignedLog
  let policy: LogPolicy
  let older: Checkpoint

  init() throws {
    signed = try SignedLog()
    policy = LogPolicy(trusting: [signed.log.verifierKey])
    var tree = TiledTree()
    tree.append((0..<60).map { .leaf(Array("\($0)".utf8)) })
    older = Checkpoint(origin: "shop.example/ledger", size: 60, root: tree.edge.root)
  }

  func request(old: UInt64, path: [MerkleHash]? = nil) throws -> WitnessRequest {
    let path = try path ?? signed.tree.hashes(.consistency(from: old, to: 100))
    return WitnessRequest(oldSize: old, path: path, checkpoint: try signed.checkpoint(cosignedBy: 1))
  }

  func judge(_ request: WitnessRequest, latest: Checkpoint?) -> Result<VerifiedCheckpoint, WitnessRefusal> {
    Result { () throws(WitnessRefusal) in try WitnessDecision.judge(request, trusting: policy, latest: latest) }
  }

  @Test func `accepts the first checkpoint and one that continues the last`() throws {
    #expect(try judge(request(old: 0), latest: nil).get().checkpoint.size == 100)
    #expect(try judge(request(old: 60), latest: older).get().checkpoint.size == 100)
  }

  @Test func `accepts the same checkpoint again`() throws {
    let latest = Checkpoint(origin: older.origin, size: 100, root: signed.tree.edge.root)
    #expect(try judge(request(old: 100), latest: latest).get().checkpoint.size == 100)
  }

  @Test func `answers with the size it has when the request says another`() throws {
    #expect(try judge(request(old: 0), latest: older) == .failure(.conflict(size: 60)))
    #expect(try judge(request(old: 59), latest: older) == .failure(.conflict(size: 60)))
    #expect(try judge(request(old: 60), latest: nil) == .failure(.conflict(size: 0)))
  }

  @Test func `refuses a fork of the same size and a proof that does not hold`() throws {
    let fork = Checkpoint(origin: older.origin, size: 100, root: .leaf([9]))
    guard case .failure(.inconsistent) = try judge(request(old: 100), latest: fork) else {
      Issue.record("a fork of the same size was not noticed")
      return
    }
    let wrong = Checkpoint(origin: older.origin, size: 60, root: .leaf([9]))
    guard case .failure(.inconsistent) = try judge(request(old: 60), latest: wrong) else {
      Issue.record("a fork was not noticed")
      return
    }
    guard case .failure(.inconsistent) = try judge(request(old: 60, path: []), latest: older) else {
      Issue.record("an empty proof was accepted")
      return
    }
  }

  @Test func `refuses an unknown origin, an untrusted signature and an old size beyond the new`() throws {
    let stranger = try SigningKey(generatingFor: "other.example/ledger", kind: .ed25519)
    let other = LogPolicy(trusting: [stranger.verifierKey])
    #expect(throws: WitnessRefusal.unknownOrigin) {
      try WitnessDecision.judge(request(old: 0), trusting: other, latest: nil)
    }
    let first = try request(old: 0)
    let impostor = try SigningKey(generatingFor: "shop.example/ledger", kind: .ed25519)
    let answer = Result { () throws(WitnessRefusal) in
      try WitnessDecision.judge(first, trusting: LogPolicy(trusting: [impostor.verifierKey]), latest: nil)
    }
    guard case .failure(.untrusted) = answer else {
      Issue.record("an untrusted signature was accepted")
      return
    }
    guard case .failure(.malformed) = judge(try request(old: 101, path: []), latest: older) else {
      Issue.record("an old size beyond the new one was accepted, or not called malformed")
      return
    }
    #expect([WitnessRefusal.conflict(size: 1).status, WitnessRefusal.untrusted(reason: "").status] == [409, 403])
  }

  @Test func `reads the request it was sent`() throws {
    let request = try request(old: 60)
    #expect(try WitnessRequest(parsing: Array(request.text.utf8)) == request)
    for broken in [
      "", "old\n\n", "old x\n\n", "old 1\nAAAA\n\n", "new 1\n\n", request.text.replacing("old 60", with: "old 060"),
    ] {
      #expect(throws: TransparencyLogError.self) { try WitnessRequest(parsing: Array(broken.utf8)) }
    }
  }
}
