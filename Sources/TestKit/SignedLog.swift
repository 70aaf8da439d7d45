public import Primitives
public import TransparencyLog

/// A log with some witnesses, and checkpoints that they signed; in memory only.
public struct SignedLog: Sendable {
  public let log: SigningKey
  public let witnesses: [SigningKey]
  public private(set) var tree = TiledTree()
  public let now = Instant(seconds: 1_800_000_000)

  /// A log of the leaves `0`, `1`, `2`, …, each a decimal number.
  public init(witnessCount: Int = 3, leaves: Int = 100) throws {
    log = try SigningKey(generatingFor: "shop.example/ledger", kind: .ed25519)
    witnesses = try (0..<witnessCount).map {
      try SigningKey(generatingFor: "witness.example/w\($0)", kind: .cosignature)
    }
    tree.append((0..<leaves).map { .leaf(Array("\($0)".utf8)) })
  }

  /// Its checkpoint with the cosignatures of the first witnesses.
  public func checkpoint(cosignedBy count: Int) throws -> SignedNote {
    let checkpoint = Checkpoint(origin: log.verifierKey.name, size: tree.edge.size, root: tree.edge.root)
    var note = try SignedNote(text: checkpoint.text)
    note.add(try log.sign(note.text, at: now))
    for witness in witnesses.prefix(count) { note.add(try witness.sign(note.text, at: now)) }
    return note
  }

  /// The text of a policy with the log, the witnesses `w0`, `w1`, …, and these last lines.
  public func policyText(_ rule: String) -> String {
    let lines =
      ["log \(log.verifierKey) https://shop.example/ledger"]
      + witnesses.enumerated().map { "witness w\($0) \($1.verifierKey) https://w\($0).example/" } + [rule]
    return lines.map { $0 + "\n" }.joined()
  }

  public func policy(_ rule: String) throws -> LogPolicy { try LogPolicy(parsing: Array(policyText(rule).utf8)) }

  /// The text of a proof file.
  public func proofText(of index: UInt64, cosignedBy count: Int) throws -> String {
    let path = try tree.hashes(.inclusion(of: index, inTreeOf: tree.edge.size))
    return ProofFile(index: index, path: path, checkpoint: try checkpoint(cosignedBy: count)).text
  }
}
