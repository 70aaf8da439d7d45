import ArgumentParser
import Console
import Foundation
import Journal
import Primitives
import Storage
import TransparencyLog

struct VerifyCommand: AsyncParsableCommand, StandaloneCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify a proof file, a bundle, or a whole ledger, without trusting whoever gave it.",
    discussion: """
      What is verified is judged by keys that you bring: a policy file (C2SP tlog-policy) with --policy, or the log's key
      alone with --key. Get them from elsewhere than what you verify.

      Examples:
        surety verify entry.json.tlog-proof --entry entry.json --policy shop.policy
        surety verify bundle.tar --policy shop.policy
        surety verify https://shop.example/ledger --key 'shop.example/ledger+1a2b3c4d+AbCd…'
        surety verify https://shop.example/ledger --policy shop.policy --earlier last-audit.checkpoint

      Exit status: 0 verified, 1 not verified, 2 unusable input.
      """)

  @Argument(help: "A .tlog-proof file, a bundle, or the URL of a ledger.")
  var subject: String
  @Option(help: "A policy file: the keys of logs and witnesses, and the quorum.")
  var policy: String?
  @Option(help: "The key of a log; may be repeated. No witness is asked for then.")
  var key: [String] = []
  @Flag(help: "Judge a bundle by the keys it carries itself: shows that it is consistent, not who made it.")
  var trustBundledKeys = false
  @Option(help: "The entry that a proof file is about.")
  var entry: String?
  @Option(help: "A checkpoint from an earlier audit; the ledger must continue it.")
  var earlier: String?
  @Option(help: "Where to keep the verified checkpoint, for --earlier at the next audit.")
  var saveCheckpoint: String?
  @Option(help: "A PEM file of certificate authorities to trust for https, instead of the system's.")
  var caCertificate: String?
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let isURL = subject.hasPrefix("https://") || subject.hasPrefix("http://")
    if isURL { return try await verifyLedger() }
    let head = try FileArgument.read(subject, prefix: 64)
    if head.starts(with: Array("c2sp.org/tlog-proof@".utf8)) { return try verifyProof() }
    guard head.starts(with: Array("format\0".utf8)) else {
      throw ValidationError("\(subject) is neither a .tlog-proof file, nor a bundle, nor a URL")
    }
    try verifyBundle()
  }

  private func givenPolicy() throws -> LogPolicy {
    switch (policy, key.isEmpty) {
    case (let path?, true): return try LogPolicy(parsing: FileArgument.read(path, most: LogPolicy.largest))
    case (nil, false): return LogPolicy(trusting: try key.map { try VerifierKey($0) })
    case (nil, true):
      throw ValidationError("whose signature is to be believed? Give --policy <file> or --key <key of the log>")
    default: throw ValidationError("--policy and --key exclude each other")
    }
  }

  private func verifyProof() throws {
    guard let entry else { throw ValidationError("a proof file is about an entry: give its file with --entry") }
    let policy = try givenPolicy()
    let bytes = try FileArgument.read(entry, most: EntryBundle.largestEntry)
    let proofBytes = try FileArgument.read(subject, most: ProofFile.largest)
    let (proof, verified) = try judged {
      let proof = try ProofFile(parsing: proofBytes)
      return (proof, try proof.verify(entry: bytes, under: policy))
    }
    try report(verified, "entry \(proof.index)", ["index": .integer(Int64(proof.index))])
  }

  private func verifyBundle() throws {
    let trust: LedgerBundle.Trust = trustBundledKeys ? .bundledKeys : .policy(try givenPolicy())
    guard let handle = FileHandle(forReadingAtPath: subject) else { throw ValidationError("cannot read \(subject)") }
    let progress = Progress("verified")
    let bundle = try judged {
      try LedgerBundle.verify(trusting: trust, reading: { Array(try handle.read(upToCount: $0) ?? Data()) }) {
        progress.report($0, of: nil)
      }
    }
    progress.finish()
    let ranges = bundle.proven.map { "\($0.lowerBound)..\($0.upperBound - 1)" }
    let facts: [String: JSON] = [
      "ranges": .array(ranges.map { .string($0) }), "entries": .integer(Int64(bundle.entryCount)),
      "complete": .bool(bundle.isComplete), "openedCommitments": .integer(Int64(bundle.openedCommitments)),
      "trust": trustBundledKeys ? "bundled keys" : "given keys",
    ]
    let what = bundle.isComplete ? "all \(bundle.entryCount) entries" : "entries \(ranges.joined(separator: ", "))"
    try report(bundle.checkpoint, what, facts)
    if trustBundledKeys {
      Terminal.say("judged by the bundle's own keys: this shows that it is consistent, not who made it")
    }
  }

  private func verifyLedger() async throws {
    let policy = try givenPolicy()
    let earlier = try earlier.map { path in
      try policy.verifyWithoutQuorum(SignedNote(parsing: FileArgument.read(path, most: SignedNote.largest))).checkpoint
    }
    let progress = Progress("verified")
    let audit = try await HTTPFetcher.with(trusting: caCertificate) { fetcher in
      let audit = LedgerAudit(of: RemoteLedger(at: subject, using: fetcher), under: policy)
      do {
        return try await audit.run(continuing: earlier) { progress.report($0, of: $1) }
      } catch {
        progress.finish()
        throw verdict(on: error)
      }
    }
    progress.finish()
    try report(
      audit.checkpoint, "all \(audit.checkpoint.checkpoint.size) entries and \(audit.tileCount) tiles",
      ["tiles": .integer(Int64(audit.tileCount)), "continues": earlier.map { .integer(Int64($0.size)) } ?? .null])
  }

  private func judged<Value>(_ work: () throws -> Value) throws -> Value {
    do {
      return try work()
    } catch {
      throw verdict(on: error)
    }
  }

  /// What is wrong with the thing itself is a verdict; that it could not be looked at is an error.
  private func verdict(on error: any Error) -> any Error {
    switch error {
    case let error as TransparencyLogError: NotVerified(what: subject, reason: "\(error)", format: output.format)
    case JournalError.damaged(let reason), JournalError.malformedBundle(_, let reason),
      JournalError.malformedEntry(let reason):
      NotVerified(what: subject, reason: reason, format: output.format)
    default: error
    }
  }

  private func report(_ verified: VerifiedCheckpoint, _ what: String, _ facts: [String: JSON]) throws {
    let checkpoint = verified.checkpoint
    switch output.format {
    case .text:
      print("verified: \(what) of \(checkpoint.origin), under the checkpoint of \(checkpoint.size) entries")
      print("  root      \(checkpoint.root)")
      for key in verified.logKeys { print("  signed    \(key.name)+\(key.id)") }
      for witness in verified.witnesses { print("  cosigned  \(witness.name) at \(witness.time.rfc3339)") }
      for line in verified.passedOver {
        print("  passed over a signature by \(Self.name(of: line)): not in the policy")
      }
    case .json:
      let common: [String: JSON] = [
        "verified": true, "origin": .string(checkpoint.origin), "size": .integer(Int64(checkpoint.size)),
        "root": .string(checkpoint.root.base64),
        "witnesses": .array(
          verified.witnesses.map { ["name": .string($0.name), "time": .string($0.time.rfc3339)] }),
        "passedOver": .array(
          verified.passedOver.map { ["name": .string($0.name), "id": .string("\($0.keyID)")] }),
      ]
      Terminal.print(.object(common.merging(facts) { $1 }))
    }
    if let saveCheckpoint { try Data(verified.note.bytes).write(to: URL(filePath: saveCheckpoint), options: .atomic) }
  }

  /// The key that a signature line names. A stranger chose the name, so on a terminal only plain letters of it are shown.
  private static func name(of line: SignedNote.Signature) -> String {
    VerifierKey.isUnambiguousName(line.name) ? "\(line.name)+\(line.keyID)" : "a name outside ASCII, \(line.keyID)"
  }
}

extension FileArgument {
  /// The first bytes of a file.
  static func read(_ path: String, prefix: Int) throws -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw ValidationError("cannot read \(path)") }
    defer { try? handle.close() }
    return Array((try? handle.read(upToCount: prefix)) ?? Data())
  }
}
