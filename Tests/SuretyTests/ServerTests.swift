import Foundation
import Primitives
import TestKit
import Testing

@Suite struct `The server` {
  @Test func `serves a ledger over HTTPS that a stranger verifies from scratch`() async throws {
    try await Workplace.with { place in
      try await Self.makeCertificate(in: place)
      try await place.surety("init", "--origin", "shop.example/ledger")
      let (server, port) = try await place.start(
        ["serve", "--listen", "127.0.0.1:0", "--tls-certificate", "cert.pem", "--tls-key", "key.pem"], saying: "serving"
      )
      defer { server.stop() }
      for _ in 0..<3 { try await place.surety("ledger", "append", "--kind", "a.b") }
      let key = try await place.key()
      let url = "https://localhost:\(port)/ledger"
      let untrusted = try await place.surety("verify", url, "--key", key, expecting: 2)
      #expect(untrusted.errors.contains("no answer"))
      let first = try await place.surety(
        "verify", url, "--key", key, "--ca-certificate", "cert.pem", "--save-checkpoint", "audit.checkpoint",
        "--format", "json")
      // Four of these calls, and what the server has recorded by itself.
      guard case .integer(let size) = JSON(parsing: Array(first.output.utf8))?["size"] else {
        Issue.record("no size: \(first.output)")
        return
      }
      #expect(size >= 4)
      try await place.surety("ledger", "append", "--kind", "a.b")
      let second = try await place.surety(
        "verify", url, "--key", key, "--ca-certificate", "cert.pem", "--earlier", "audit.checkpoint", "--format", "json"
      )
      #expect(JSON(parsing: Array(second.output.utf8))?["continues"] == .integer(size))
      #expect(server.stop() == 0)
    }
  }

  static func makeCertificate(in place: Workplace) async throws {
    let made = try await Command.run(
      "openssl",
      [
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", place.directory.file("key.pem"),
        "-out", place.directory.file("cert.pem"),
      ])
    #expect(made.status == 0, "\(made.errors)")
  }

  @Test func `and its stored ledger are found wrong, with status 1, when one bit of it was changed`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let installation = try TestInstallation(at: place.directory.file("surety-data"))
      try await installation.grow(by: 300)
      // What the server records of its own looks would write over what is changed here.
      try await installation.withoutSequencing {
        let (server, port) = try await place.start(
          ["serve", "--plain-http", "--listen", "127.0.0.1:0"], saying: "serving")
        defer { server.stop() }
        try await Self.expectChangesNoticed(in: installation, at: place, "http://127.0.0.1:\(port)/ledger")
      }
    }
  }

  static func expectChangesNoticed(in installation: TestInstallation, at place: Workplace, _ url: String) async throws {
    let key = try await place.key()
    try await place.surety("verify", url, "--key", key)
    try await place.surety("ledger", "check")
    for changed in [StoredPlace.bundle, .tail, .tile, .note] {
      try await installation.flipBit(in: changed)
      let stranger = try await place.surety("verify", url, "--key", key, expecting: 1)
      #expect(stranger.errors.contains("NOT verified"), "\(changed)")
      let own = try await place.surety("ledger", "check", "--format", "json", expecting: 1)
      #expect(JSON(parsing: Array(own.output.utf8))?["verified"] == false, "\(changed)")
      try await installation.flipBit(in: changed)
    }
    try await place.surety("verify", url, "--key", key)
    try await place.surety("ledger", "check")
  }

  @Test func `serves no cosigned checkpoint in which a bit was changed, and the check says 1`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let installation = try TestInstallation(at: place.directory.file("surety-data"))
      try await installation.cosign()
      let policy = try await place.surety("ledger", "policy").output
      try FileBytes.write(Array(policy.utf8), to: place.directory.file("shop.policy"))
      let (server, port) = try await place.start(
        ["serve", "--plain-http", "--listen", "127.0.0.1:0"], saying: "serving")
      defer { server.stop() }
      let url = "http://127.0.0.1:\(port)/ledger"
      try await place.surety("verify", url, "--policy", "shop.policy")
      let good = try await place.surety("ledger", "check", "--format", "json")
      let report = try #require(JSON(parsing: Array(good.output.utf8)))
      #expect(report["cosigned"] == 1 && report["belowQuorum"] == 0 && report["passedOver"] == 0)
      try await installation.flipBit(in: .cosigned)
      let stranger = try await place.surety("verify", url, "--policy", "shop.policy", expecting: 1)
      #expect(stranger.errors.contains("not the quorum"))
      let own = try await place.surety("ledger", "check", expecting: 1)
      #expect(own.errors.contains("cosigned checkpoint"))
    }
  }

  /// Each installation has a ledger and is the witness of the other's.
  @Test func `lets two installations watch each other`() async throws {
    try await Workplace.with { one in
      try await Workplace.with { two in
        let places = [one, two]
        for (number, place) in places.enumerated() {
          try await place.surety("init", "--origin", "shop\(number).example/ledger")
        }
        var processes: [Process] = []
        defer { for process in processes { process.stop() } }
        for (number, place) in places.enumerated() {
          let other = places[1 - number]
          let policy = try await other.surety("ledger", "policy").output
          try FileBytes.write(Array(policy.utf8), to: place.directory.file("watch.policy"))
          let witness = ["witness", "--name", "w\(number).example/w\(number)", "--watch", "watch.policy"]
          let (process, port) = try await place.start(witness + ["--listen", "127.0.0.1:0"], saying: "watching")
          processes.append(process)
          let line = try await Command.run(
            "env",
            ["-C", place.directory.path, BuildProducts.path(of: "surety")] + witness + [
              "--listen", "127.0.0.1:\(port)", "--print-key",
            ])
          let witnesses = line.output + "quorum w\(number)\n"
          try FileBytes.write(Array(witnesses.utf8), to: other.directory.file("surety-data/witnesses.policy"))
        }
        for place in places {
          let (process, port) = try await place.start(
            ["serve", "--plain-http", "--listen", "127.0.0.1:0"], saying: "serving")
          processes.append(process)
          let policy = try await place.surety("ledger", "policy").output
          #expect(policy.contains("quorum w"))
          try FileBytes.write(Array(policy.utf8), to: place.directory.file("shop.policy"))
          let verified = try await place.surety(
            "verify", "http://127.0.0.1:\(port)/ledger", "--policy", "shop.policy", "--format", "json")
          guard case .array(let witnesses) = JSON(parsing: Array(verified.output.utf8))?["witnesses"] else {
            Issue.record("no witness is reported")
            return
          }
          #expect(witnesses.count == 1)
        }
      }
    }
  }

  @Test func `refuses to go on when its witness knows that it was rolled back`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let policy = try await place.surety("ledger", "policy").output
      try FileBytes.write(Array(policy.utf8), to: place.directory.file("watch.policy"))
      let witness = ["witness", "--name", "w.example/w", "--watch", "watch.policy"]
      let (watching, port) = try await place.start(witness + ["--listen", "127.0.0.1:0"], saying: "watching")
      defer { watching.stop() }
      let line = try await Command.run(
        "env",
        ["-C", place.directory.path, BuildProducts.path(of: "surety")] + witness + [
          "--listen", "127.0.0.1:\(port)", "--print-key",
        ])
      let data = place.directory.file("surety-data")
      try FileBytes.write(Array((line.output + "quorum w\n").utf8), to: "\(data)/witnesses.policy")
      // The whole machine is kept, mark and all, then restored after the witness has seen more.
      let kept = try await Command.run("cp", ["-a", data, data + ".kept"])
      #expect(kept.status == 0)
      let (server, _) = try await place.start(["serve", "--plain-http", "--listen", "127.0.0.1:0"], saying: "serving")
      for _ in 0..<3 { try await place.surety("ledger", "append", "--kind", "a.b") }
      for _ in 0..<200 where !(try await place.surety("ledger", "show").output.contains("4 entries\n")) {
        try await Task.sleep(for: .milliseconds(50))
      }
      server.stop()
      _ = try await Command.run("rm", ["-rf", data])
      _ = try await Command.run("mv", [data + ".kept", data])
      let appending = try await place.surety("ledger", "append", "--kind", "a.b", expecting: 2)
      #expect(appending.errors.contains("an older backup was restored"), "\(appending.errors)")
      let refused = try await place.surety("serve", "--plain-http", "--listen", "127.0.0.1:0", expecting: 2)
      #expect(refused.errors.contains("an older backup was restored"), "\(refused.errors)")
    }
  }

  @Test func `shows strangers on its public address nothing that is behind the sign-in`() async throws {
    try await Workplace.with { place in
      try await place.surety("init", "--origin", "shop.example/ledger")
      let (server, port) = try await place.start(
        ["serve", "--plain-http", "--listen", "127.0.0.1:0", "--public-listen", "127.0.0.1:0"],
        saying: "serving what anybody may see")
      defer { server.stop() }
      let console = try await Self.consolePort(in: place)
      func status(_ path: String, at port: Int, method: String = "GET") async throws -> Int {
        let answer = try await Command.run(
          "curl",
          ["-s", "-o", "/dev/null", "-w", "%{http_code}", "-X", method, "http://127.0.0.1:\(port)\(path)"])
        return try #require(Int(answer.output), "\(path): \(answer.errors)")
      }
      for path in ["/ledger/checkpoint", "/ledger/entries/0", "/assets/surety.css"] {
        #expect(try await status(path, at: port) == 200, "\(path)")
      }
      // It is off until somebody switches it on.
      #expect(try await status("/standing", at: port) == 404)
      let document = try await Command.run("curl", ["-s", "http://127.0.0.1:\(console)/api/openapi.json"]).output
      guard case .object(let paths)? = JSON(parsing: Array(document.utf8))?["paths"] else {
        Issue.record("the console's address serves no document: \(document)")
        return
      }
      let operations = paths.keys.map { $0.replacing(#/\{[a-z]+\}/#, with: "x") }
      let pages = [
        "/", "/obligations", "/duties/D01", "/requirements/gdpr.32-1-a", "/checks", "/findings", "/attestations",
        "/exceptions", "/explorer", "/explorer/0", "/settings", "/account", "/changes", "/sign-in",
      ]
      #expect(operations.count > 15)
      for path in pages + operations + ["/api/openapi.json", "/healthz", "/readyz", "/metrics"] {
        #expect(try await status(path, at: port) == 404, "\(path)")
        // What is not here is there: the names are not just misspelt.
        var there: Set<Int> = []
        for method in ["GET", "POST", "PATCH", "PUT", "DELETE"] where there.subtracting([404]).isEmpty {
          there.insert(try await status(path, at: console, method: method))
        }
        #expect(there != [404], "\(path)")
      }
      for path in ["/sign-in", "/sign-out", "/settings/profile", "/settings/standing-page", "/attestations"]
        + operations
      {
        #expect(try await status(path, at: port, method: "POST") == 404, "\(path)")
      }
    }
  }

  /// The port on which the server says that the console is.
  private static func consolePort(in place: Workplace) async throws -> Int {
    let names = try FileManager.default.contentsOfDirectory(atPath: place.directory.path)
    let log = try #require(names.first { $0.hasPrefix("server-") })
    for _ in 0..<200 {
      let text = String(decoding: try FileBytes.read(place.directory.file(log)), as: UTF8.self)
      if let match = text.firstMatch(of: /the console at http:\/\/localhost:(\d+)\//), let port = Int(match.1) {
        return port
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw TestSetupError(description: "the server does not say where the console is")
  }
}
