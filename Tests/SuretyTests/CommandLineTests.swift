import Foundation
import Primitives
import TestKit
import Testing

/// The built program in a directory of its own.
struct Workplace: Sendable {
  let directory: TemporaryDirectory

  static func with(_ body: (Workplace) async throws -> Void) async throws {
    try await TemporaryDirectory.with { try await body(Workplace(directory: $0)) }
  }

  /// Runs `surety` in the directory.
  @discardableResult
  func surety(_ arguments: String..., expecting status: Int32 = 0) async throws -> Command.Result {
    let result = try await Command.run(
      "env", ["-C", directory.path, BuildProducts.path(of: "surety")] + arguments)
    #expect(result.status == status, "surety \(arguments.joined(separator: " ")): \(result.output)\(result.errors)")
    return result
  }

  /// The key of the ledger, from the policy that is printed.
  func key() async throws -> String {
    let policy = try await surety("ledger", "policy").output
    return try #require(policy.split(separator: "\n").first { $0.hasPrefix("log ") }.map { String($0.dropFirst(4)) })
  }

  /// Starts a server command and gives the port it tells.
  func start(_ arguments: [String], saying word: String) async throws -> (process: Process, port: Int) {
    let process = Process()
    process.executableURL = URL(filePath: BuildProducts.path(of: "surety"))
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: directory.path)
    let log = directory.file("server-\(UUID().uuidString).log")
    try FileBytes.write([], to: log)
    process.standardError = FileHandle(forWritingAtPath: log)
    try ChildProcess.start(process)
    for _ in 0..<3_000 {
      let text = String(decoding: try FileBytes.read(log), as: UTF8.self)
      if let said = text.range(of: word),
        let match = text[said.lowerBound...].firstMatch(of: /(?:127\.0\.0\.1|localhost):(\d+)\//),
        let port = Int(match.1)
      {
        return (process, port)
      }
      guard process.isRunning else { throw TestSetupError(description: "the server ended: \(text)") }
      try await Task.sleep(for: .milliseconds(20))
    }
    process.terminate()
    throw TestSetupError(description: "the server did not start within 60 seconds")
  }
}

extension Process {
  /// Asks the process to end, waits, and gives its status.
  @discardableResult
  func stop() -> Int32 {
    terminate()
    return ChildProcess.waitForEnd(of: self)
  }
}

@Suite struct `The command line` {
  @Test func `makes a ledger once, records, shows, proves and verifies`() async throws {
    try await Workplace.with { place in
      try await place.surety("ledger", "show", expecting: 2)
      try await place.surety("init", "--origin", "https://shop.example", expecting: 2)
      try await place.surety("init", "--origin", "shop.example/ledger")
      let again = try await place.surety("init", "--origin", "shop.example/ledger", expecting: 2)
      #expect(again.errors.contains("nothing was changed"))
      let attributes = try FileManager.default.attributesOfItem(atPath: place.directory.file("surety-data/ledger.keys"))
      #expect(attributes[.posixPermissions] as? Int == 0o600)

      let appended = try await place.surety(
        "ledger", "append", "--kind", "operator.note", "--fact", "text=Firewall replaced", "--personal", "visitor=Ann",
        "--format", "json")
      let id = try #require(JSON(parsing: Array(appended.output.utf8))?["id"]?.text)
      #expect(JSON(parsing: Array(appended.output.utf8))?["index"] == 1)
      let shown = try await place.surety("ledger", "show", id, "--payload")
      #expect(shown.output.contains("Firewall replaced") && shown.output.contains("visitor: Ann"))
      let head = try await place.surety("ledger", "show", "--format", "json")
      #expect(JSON(parsing: Array(head.output.utf8))?["size"] == 2)

      try await place.surety("ledger", "prove", "1")
      let key = try await place.key()
      let proof = ["verify", "entry-1.json.tlog-proof", "--entry", "entry-1.json"]
      try await place.surety(proof[0], proof[1], proof[2], proof[3], "--key", key)
      try await place.surety(proof[0], proof[1], proof[2], proof[3], expecting: 2)
      try await place.surety(proof[0], proof[1], "--key", key, expecting: 2)
      try FileBytes.write(Array("{}".utf8), to: place.directory.file("entry-1.json"))
      let refused = try await place.surety(
        proof[0], proof[1], proof[2], proof[3], "--key", key, "--format", "json", expecting: 1)
      #expect(JSON(parsing: Array(refused.output.utf8))?["verified"] == false)
      try await place.surety("ledger", "check")
    }
  }

  @Test(arguments: [
    ["nonsense"], ["ledger", "append", "--kind", "x"], ["ledger", "append", "--kind", "a.b", "--fact", "x"],
    ["ledger", "show", "99"], ["ledger", "show", "abc"], ["ledger", "prove", "99"], ["ledger", "retire-key", "zz"],
    ["ledger", "export", "x.tar", "--from", "5", "--to", "3"],
    ["ledger", "export", "x.tar", "--entry", "1", "--to", "3"],
    ["ledger", "adopt"], ["ledger", "adopt", "--without-evidence"], ["verify", "missing.tar", "--key", "k"],
    ["verify", "surety-data/ledger.mark", "--key", "k"], ["verify", "http://127.0.0.1:9/ledger", "--key", "k"],
    ["serve", "--listen", "nowhere"], ["serve", "--tls-key", "x"], ["ledger", "show", "--data", "elsewhere"],
    ["witness", "--name", "w", "--watch", "missing"],
  ])
  func `answers unusable input with status 2 and a sentence`(arguments: [String]) async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let result = try await Command.run(
        "env", ["-C", place.directory.path, BuildProducts.path(of: "surety")] + arguments)
      #expect(result.status == 2, "\(result.output)\(result.errors)")
      #expect(result.errors.contains("rror"))
    }
  }

  @Test(arguments: [
    [], ["init"], ["serve"], ["ledger"], ["ledger", "append"], ["ledger", "show"], ["ledger", "prove"],
    ["ledger", "export"], ["ledger", "policy"], ["ledger", "check"], ["ledger", "add-key"], ["ledger", "retire-key"],
    ["ledger", "adopt"], ["verify"], ["witness"], ["key"], ["key", "list"], ["key", "make"], ["key", "rotate"],
    ["key", "revoke"],
  ])
  func `helps`(command: [String]) async throws {
    let result = try await Command.run(BuildProducts.path(of: "surety"), command + ["--help"])
    #expect(result.status == 0)
    #expect(result.output.contains("USAGE"))
    #expect(
      command == ["ledger"] || command == ["key"] || result.output.contains("xample") || command.isEmpty,
      "there is no example")
  }

  @Test func `exports bundles that verify`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      for number in 0..<3 {
        try await place.surety("ledger", "append", "--kind", "a.b", "--personal", "name=person \(number)")
      }
      let key = try await place.key()
      try await place.surety("ledger", "export", "all.tar", "--with-payloads")
      let all = try await place.surety("verify", "all.tar", "--key", key, "--format", "json")
      let report = try #require(JSON(parsing: Array(all.output.utf8)))
      #expect(report["complete"] == true && report["openedCommitments"] == 3 && report["verified"] == true)
      try await place.surety("ledger", "export", "some.tar", "--entry", "1", "--entry", "3")
      let some = try await place.surety("verify", "some.tar", "--trust-bundled-keys", "--format", "json")
      #expect(JSON(parsing: Array(some.output.utf8))?["ranges"] == ["1..1", "3..3"])
      #expect(some.errors.contains("not who made it"))
      try await place.surety("verify", "some.tar", expecting: 2)
      var bytes = try FileBytes.read(place.directory.file("all.tar"))
      let fact = try #require(bytes.firstRange(of: Array("ledger.created".utf8)))
      bytes[fact.lowerBound] ^= 1
      try FileBytes.write(bytes, to: place.directory.file("all.tar"))
      try await place.surety("verify", "all.tar", "--key", key, expecting: 1)
    }
  }

  /// A line whose name or key id was changed is to a verifier a line of an unknown key: with enough others it changes
  /// nothing, and it is told.
  @Test func `says which signatures it passed over, and counts them for nothing`() async throws {
    try await Workplace.with { place in
      let signed = try SignedLog()
      let policy = signed.policyText("group most 2 w0 w1 w2\nquorum most")
      try FileBytes.write(Array(policy.utf8), to: place.directory.file("shop.policy"))
      try FileBytes.write(Array("42".utf8), to: place.directory.file("entry"))
      func verify(
        renaming names: [String], to other: String = "other.example", as format: String, expecting status: Int32
      )
        async throws -> Command.Result
      {
        var proof = try signed.proofText(of: 42, cosignedBy: 3)
        for name in names { proof = proof.replacing("\u{2014} witness.example/\(name) ", with: "\u{2014} \(other) ") }
        try FileBytes.write(Array(proof.utf8), to: place.directory.file("entry.tlog-proof"))
        return try await place.surety(
          "verify", "entry.tlog-proof", "--entry", "entry", "--policy", "shop.policy", "--format", format,
          expecting: status)
      }
      let good = try await verify(renaming: [], as: "json", expecting: 0)
      #expect(JSON(parsing: Array(good.output.utf8))?["passedOver"] == [])
      let json = try await verify(renaming: ["w1"], as: "json", expecting: 0)
      let report = try #require(JSON(parsing: Array(json.output.utf8)))
      guard case .array(let lines) = report["passedOver"], case .array(let witnesses) = report["witnesses"] else {
        Issue.record("\(json.output)")
        return
      }
      #expect(lines.map { $0["name"] } == ["other.example"] && lines[0]["id"]?.text?.count == 8)
      #expect(witnesses.map { $0["name"] } == ["w0", "w2"])
      let text = try await verify(renaming: ["w1"], as: "text", expecting: 0)
      #expect(text.output.contains("passed over a signature by other.example+"))
      // A name is a stranger's choice: it may not steer the terminal it is shown on.
      let hostile = try await verify(renaming: ["w1"], to: "\u{9b}31m", as: "text", expecting: 0)
      #expect(hostile.output.contains("passed over") && !hostile.output.contains("\u{9b}"))
      _ = try await verify(renaming: ["w1", "w2"], as: "text", expecting: 1)
    }
  }

  static let programs: [(command: [String], members: [String])] = [
    (["init", "--origin", "shop.example/other", "--data", "other"], ["origin", "key", "database"]),
    (["ledger", "prove", "0"], ["index", "size", "entry", "proof"]),
    (["ledger", "export", "all.tar"], ["bundle", "entries", "size"]),
    (["ledger", "check"], ["verified", "size", "tiles", "cosigned", "belowQuorum", "passedOver"]),
    (["ledger", "policy"], ["keys", "witnesses", "policy"]), (["ledger", "add-key"], ["id", "key"]),
    (["ledger", "retire-key"], ["id", "key"]),
  ]

  @Test(arguments: programs) func `prints one line of JSON for programs`(command: [String], members: [String])
    async throws
  {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      var arguments = command
      if command.contains("retire-key") {
        arguments.append(String(try await place.key().split(separator: "+")[1]))
        try await place.surety("ledger", "add-key")
      }
      let result = try await Command.run(
        "env", ["-C", place.directory.path, BuildProducts.path(of: "surety")] + arguments + ["--format", "json"])
      #expect(result.status == 0, "\(result.output)\(result.errors)")
      #expect(result.output.hasSuffix("}\n") && result.output.split(separator: "\n").count == 1)
      guard case .object(let value) = JSON(parsing: Array(result.output.utf8)) else {
        Issue.record("not a JSON object: \(result.output)")
        return
      }
      #expect(Set(value.keys).isSuperset(of: members))
    }
  }

  @Test func `prints a witness's key for people and for programs`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let policy = try await place.surety("ledger", "policy").output
      try FileBytes.write(Array(policy.utf8), to: place.directory.file("watch.policy"))
      let line = try await place.surety("witness", "--name", "w.example/w", "--watch", "watch.policy", "--print-key")
      let json = try await place.surety(
        "witness", "--name", "w.example/w", "--watch", "watch.policy", "--print-key", "--format", "json")
      let value = try #require(JSON(parsing: Array(json.output.utf8)))
      #expect(value["line"]?.text.map { $0 + "\n" } == line.output)
      #expect(line.output.hasPrefix("witness w \(value["key"]?.text ?? "") "))
    }
  }

  @Test func `rotates keys`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let oldKey = try await place.key()
      let oldID = oldKey.split(separator: "+")[1]
      try await place.surety("ledger", "add-key")
      let newKey = try await place.key()
      #expect(newKey != oldKey)
      try await place.surety("ledger", "prove", "1")
      for key in [oldKey, newKey] {
        try await place.surety("verify", "entry-1.json.tlog-proof", "--entry", "entry-1.json", "--key", key)
      }
      try await place.surety("ledger", "retire-key", String(oldID))
      try await place.surety("ledger", "prove", "2")
      try await place.surety("verify", "entry-2.json.tlog-proof", "--entry", "entry-2.json", "--key", newKey)
      try await place.surety(
        "verify", "entry-2.json.tlog-proof", "--entry", "entry-2.json", "--key", oldKey, expecting: 1)
    }
  }

  @Test func `notices a restored backup, and adopts a ledger only on evidence`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let (database, mark) = (
        place.directory.file("surety-data/surety.sqlite"), place.directory.file("surety-data/ledger.mark")
      )
      try FileBytes.copy(database, to: database + ".backup")
      try await place.surety("ledger", "append", "--kind", "a.b")
      try FileBytes.copy(mark, to: place.directory.file("auditor.checkpoint"))
      try FileBytes.copy(database + ".backup", to: database)
      let refused = try await place.surety("ledger", "append", "--kind", "a.b", expecting: 2)
      #expect(refused.errors.contains("an older backup was restored"))
      try FileManager.default.removeItem(atPath: mark)
      let missing = try await place.surety("ledger", "show", expecting: 2)
      #expect(missing.errors.contains("surety ledger adopt"))
      try await place.surety("ledger", "adopt", "--checkpoint", "auditor.checkpoint", expecting: 2)
      let adopted = try await place.surety("ledger", "adopt", "--without-evidence", "--format", "json")
      #expect(JSON(parsing: Array(adopted.output.utf8))?["size"] == 1)
      try await place.surety("ledger", "append", "--kind", "a.b")
    }
  }

  @Test func `keeps its data in PostgreSQL and remembers where`() async throws {
    try await TestDatabase.withLocation(.postgreSQL) { location in
      let url = location.argument
      try await Workplace.with { place in
        try await Self.keepsItsData(at: url, place)
      }
    }
  }

  static func keepsItsData(at url: String, _ place: Workplace) async throws {
    try await place.surety("init", "--origin", "shop.example/ledger", "--database", url)
    try await place.surety("ledger", "append", "--kind", "a.b")
    let head = try await place.surety("ledger", "show", "--format", "json")
    #expect(JSON(parsing: Array(head.output.utf8))?["size"] == 2)
    #expect(!FileManager.default.fileExists(atPath: place.directory.file("surety-data/surety.sqlite")))
    try await place.surety("ledger", "check")
  }
}
