import Foundation
import Primitives
import TestKit
import Testing

@Suite struct `The check command` {
  @Test func `looks at a shop without anything else, and says what is wrong`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        let table = try await place.surety("check", shop.url, "--allow-private", expecting: 1)
        for number in 1...33 { #expect(table.output.contains(number < 10 ? " D0\(number) " : " D\(number) ")) }
        #expect(table.output.contains("✗ D01 not met"))
        #expect(table.output.contains("The shop is served without TLS"))
        #expect(table.output.contains("? D02 unproven"))
        #expect(
          table.output.replacing(/\s+/, with: " ").contains("MDN Observatory's method, without its tests of CORS"))
        #expect(!table.output.contains("\u{1b}["), "there are colours where nobody can see them")
        #expect(table.errors.contains("1/17 "))
        let files = try FileManager.default.contentsOfDirectory(atPath: place.directory.path)
        #expect(files.isEmpty, "a check leaves nothing behind: \(files)")
      }
    }
  }

  @Test func `writes each format, to a file too`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        let check = ["check", shop.url, "--allow-private"]
        let json = try await place.surety(check[0], check[1], check[2], "--format", "json", expecting: 1)
        let value = try #require(JSON(parsing: Array(json.output.utf8)))
        #expect(value["format"] == "surety-check/1" && value["failed"] == true)
        try await place.surety(
          check[0], check[1], check[2], "--format", "sarif", "--output", "report.sarif", "--fail-on", "never")
        let sarif = try #require(JSON(parsing: try FileBytes.read(place.directory.file("report.sarif"))))
        #expect(sarif["version"] == "2.1.0")
        let markdown = try await place.surety(
          check[0], check[1], check[2], "--format", "markdown", "--fix", "nginx", expecting: 1)
        #expect(markdown.output.hasPrefix("## Surety: "))
        #expect(markdown.output.contains("listen 443 ssl;"))
      }
    }
  }

  @Test func `fails as it is told to`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        // That TLS is missing is a high finding.
        for (threshold, status) in [("high", 1), ("critical", 0), ("not-met", 1), ("never", 0)] as [(String, Int32)] {
          try await place.surety(
            "check", shop.url, "--allow-private", "--fail-on", threshold, "--only", "tls.protocols", expecting: status)
        }
        let only = try await place.surety(
          "check", shop.url, "--allow-private", "--only", "security-txt", "--only", "http.cors", "--format", "json",
          expecting: 1)
        guard case .array(let looks) = JSON(parsing: Array(only.output.utf8))?["looks"] else {
          Issue.record("there are no looks")
          return
        }
        #expect(looks.map { $0["check"] } == ["http.cors", "security-txt"])
      }
    }
  }

  @Test func `cannot say anything where nothing answers, and never calls it green`() async throws {
    try await Workplace.with { place in
      for format in ["table", "json", "sarif", "markdown"] {
        let result = try await place.surety(
          "check", "https://127.0.0.1:9", "--allow-private", "--format", format, expecting: 2)
        #expect(result.errors.contains("nothing could be looked at"), "\(format)")
        #expect(!result.output.contains("✓"), "\(format)")
        if format == "table" { #expect(result.output.split(separator: "\n").count < 20, "\(result.output)") }
      }
    }
  }

  @Test func `fails on nothing where it is told so, and says what it could not look at`() async throws {
    try await Workplace.with { place in
      let result = try await place.surety("check", "https://127.0.0.1:9", "--allow-private", "--fail-on", "never")
      #expect(result.errors.contains("nothing could be looked at"))
      try await place.surety("check", "not a shop", "--fail-on", "never", expecting: 2)
    }
  }

  /// A part that was not looked at is a part of which nobody knows, however well the rest is.
  @Test func `ends with status 2 where nothing fails and a look was not taken`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        let result = try await place.surety(
          "check", shop.url, "https://127.0.0.1:9", "--allow-private", "--only", "http.cors", expecting: 2)
        #expect(result.errors.contains("1 of 2 looks could not be taken"), "\(result.errors)")
        try await place.surety("check", shop.url, "--allow-private", "--only", "http.cors")
      }
    }
  }

  /// A private address is not looked at unless somebody says so.
  @Test func `goes to the public internet only, unless it is allowed more`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        let refused = try await place.surety("check", shop.url, expecting: 2)
        #expect(refused.errors.contains("--allow-private"))
        let metadata = try await place.surety("check", "http://169.254.169.254/latest/meta-data", expecting: 2)
        #expect(metadata.errors.contains("169.254.169.254"))
      }
    }
  }

  @Test func `gives up at its time limit`() async throws {
    // A port that takes connections and says nothing.
    let silent = """
      import socket, time
      server = socket.create_server(("127.0.0.1", 0))
      print(server.getsockname()[1], flush=True)
      time.sleep(120)
      """
    try await PythonServer.with(silent) { port in
      try await Workplace.with { place in
        let start = ContinuousClock.now
        let result = try await place.surety(
          "check", "https://127.0.0.1:\(port)", "--allow-private", "--time-limit", "2", "--format", "json", expecting: 2
        )
        #expect(ContinuousClock.now - start < .seconds(90), "the port says nothing for two minutes")
        #expect(result.output.contains("the time limit of 2 seconds was over"))
      }
    }
  }

  @Test(arguments: [
    ["check"], ["check", "not a shop"], ["check", "ftp://shop.example"], ["check", "https://ann:secret@shop.example"],
    ["check", "https://shop.example", "--profile", "x.yaml"], ["check", "--profile", "missing.yaml"],
    ["check", "https://shop.example", "--only", "nothing"], ["check", "https://shop.example", "--format", "pdf"],
    ["check", "https://shop.example", "--fail-on", "sometimes"],
    ["check", "https://shop.example", "--fail-on", "unproven"],
    ["check", "https://shop.example", "--time-limit", "0"],
    ["check", "https://shop.example", "--fix", "iis"], ["check", "https://shop.example", "--trust", "missing.pem"],
    ["check", "https://shop.example", "--data", "surety-data"],
    ["check", "https://a.example", "https://b.example", "--admin-panel", "https://a.example/admin"],
    ["profile", "validate"], ["profile", "validate", "missing.yaml"],
  ])
  func `answers unusable input with status 2 and a sentence`(arguments: [String]) async throws {
    try await Workplace.with { place in
      let result = try await Command.run(
        "env", ["-C", place.directory.path, BuildProducts.path(of: "surety")] + arguments)
      #expect(result.status == 2, "\(result.output)\(result.errors)")
      #expect(!result.errors.isEmpty)
      #expect(!result.errors.contains("secret"), "\(result.errors)")
    }
  }

  @Test(arguments: [["check"], ["profile"], ["profile", "validate"]]) func `helps`(command: [String]) async throws {
    let result = try await Command.run(BuildProducts.path(of: "surety"), command + ["--help"])
    #expect(result.status == 0)
    #expect(result.output.contains("USAGE") && result.output.contains("xample"))
  }

  @Test func `lists its checks, each with the duties that lean on it`() async throws {
    try await Workplace.with { place in
      let list = try await place.surety("check", "--list")
      #expect(list.output.contains("tls.protocols") && list.output.contains("D01"))
      let json = try await place.surety("check", "--list", "--format", "json")
      guard case .array(let checks) = JSON(parsing: Array(json.output.utf8)) else {
        Issue.record("the list is none")
        return
      }
      #expect(checks.count == list.output.split(separator: "\n").count && checks.count >= 17)
      #expect(checks.allSatisfy { $0["duties"] != [] })
    }
  }

  // MARK: Profiles

  static func profile(_ shop: PlainShop) -> String {
    """
    platform: Plain shop
    entities: [{name: Plain Ltd, country: IE}]
    customers: {IE: 40}
    cards: {flow: redirect, storesNumbers: false}
    storefronts:
      - url: \(shop.url)
    """
  }

  @Test func `says of a profile which laws apply`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        try FileBytes.write(Array(Self.profile(shop).utf8), to: place.directory.file("surety.yaml"))
        let table = try await place.surety("check", "--profile", "surety.yaml", "--allow-private", expecting: 1)
        #expect(
          table.output.contains("By law") && table.output.contains("GDPR applies: Plain Ltd is established in IE"))
        #expect(table.output.contains("undecided: the profile does not say"))
        #expect(table.errors.contains("no evidence is written"))
        let json = try await place.surety(
          "check", "--profile", "surety.yaml", "--allow-private", "--format", "json", expecting: 1)
        guard case .array(let obligations) = JSON(parsing: Array(json.output.utf8))?["obligations"] else {
          Issue.record("there are no obligations")
          return
        }
        #expect(obligations.contains { $0["requirement"] == "gdpr.32-1-a" && $0["standing"] == "notMet" })
        #expect(!obligations.contains { $0["standing"] == "met" && $0["framework"] == "pci" })
      }
    }
  }

  @Test func `writes the evidence into the journal of an installation, where anybody can verify it`() async throws {
    try await PlainShop.with { shop in
      try await Workplace.with { place in
        try FileBytes.write(Array(Self.profile(shop).utf8), to: place.directory.file("surety.yaml"))
        try await place.surety("init", "--origin", "shop.example/ledger", "--no-owner")
        let result = try await place.surety(
          "check", "--profile", "surety.yaml", "--allow-private", "--format", "json", expecting: 1)
        let report = try #require(JSON(parsing: Array(result.output.utf8)))
        #expect(report["ledger"] == "shop.example/ledger")
        guard case .array(let looks) = report["looks"] else {
          Issue.record("there are no looks")
          return
        }
        #expect(looks.count >= 21)
        #expect(looks.contains { $0["check"] == "journal.ledger" && $0["outcome"] == "satisfied" })
        let look = try #require(looks.first { $0["check"] == "tls.protocols" })
        guard case .integer(let index) = look["entry"] else {
          Issue.record("the look is not in the ledger")
          return
        }
        try await place.surety("ledger", "prove", "\(index)")
        try await place.surety(
          "verify", "entry-\(index).json.tlog-proof", "--entry", "entry-\(index).json", "--key", try await place.key())
        let entry = String(decoding: try FileBytes.read(place.directory.file("entry-\(index).json")), as: UTF8.self)
        #expect(entry.contains("check.observed") && entry.contains(look["observation"]?.text ?? "?"))
        try await place.surety("ledger", "check")
        // Whoever wants no record says so.
        let before = try await place.surety("ledger", "show", "--format", "json").output
        try await place.surety("check", "--profile", "surety.yaml", "--allow-private", "--no-record", expecting: 1)
        let after = try await place.surety("ledger", "show", "--format", "json").output
        #expect(before == after)
      }
    }
  }

  @Test func `names file, line and reason of a malformed profile`() async throws {
    try await Workplace.with { place in
      try FileBytes.write(
        Array("platform: a\ncustomers:\n  UK: 4\n".utf8), to: place.directory.file("surety.yaml"))
      for command in [["check", "--profile", "surety.yaml"], ["profile", "validate", "surety.yaml"]] {
        let result = try await Command.run(
          "env", ["-C", place.directory.path, BuildProducts.path(of: "surety")] + command)
        #expect(result.status == 2)
        #expect(result.errors.hasPrefix("surety.yaml:3: 'UK' is not a country"), "\(result.errors)")
      }
    }
  }

  @Test func `prints an example profile that can be used, the one in the documentation`() async throws {
    try await Workplace.with { place in
      let example = try await place.surety("profile", "--example")
      #expect(try example.output == SourceTree.text(of: "docs/examples/surety.yaml"))
      try FileBytes.write(Array(example.output.utf8), to: place.directory.file("surety.yaml"))
      let text = try await place.surety("profile", "validate", "surety.yaml")
      #expect(text.output.contains("GDPR: 36 requirements apply") && text.output.contains("SAQ A, because"))
      let json = try await place.surety("profile", "validate", "surety.yaml", "--format", "json")
      #expect(JSON(parsing: Array(json.output.utf8))?["platform"] == "Example shop")
    }
  }

  @Test func `says of a profile which questionnaire each storefront answers`() async throws {
    try await Workplace.with { place in
      let profile = """
        platform: Two shops
        cards: {flow: iframe, storesNumbers: false}
        storefronts:
          - url: https://a.example
          - url: https://b.example
            cards: {flow: own-form}
        """
      try FileBytes.write(Array(profile.utf8), to: place.directory.file("surety.yaml"))
      let text = try await place.surety("profile", "validate", "surety.yaml").output
      #expect(text.contains("SAQ A, because cards are taken in the provider's frame at https://a.example."))
      #expect(text.contains("SAQ D, because the shop's own form takes cards at https://b.example."))
      let json = try await place.surety("profile", "validate", "surety.yaml", "--format", "json").output
      let report = try #require(JSON(parsing: Array(json.utf8)))
      guard case .array(let questionnaires) = report["questionnaires"] else {
        Issue.record("no questionnaires: \(json)")
        return
      }
      #expect(questionnaires.map { $0["type"] } == ["A", "D"])
      #expect(questionnaires.map { $0["storefronts"] } == [["https://a.example"], ["https://b.example"]])
    }
  }
}
