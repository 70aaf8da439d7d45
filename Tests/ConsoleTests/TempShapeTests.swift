import Foundation
import Journal
import Obligations
import Primitives
import TestKit
import Testing
import TransparencyLog

@testable import Console

@Suite struct TempShapeTests {
  static let frame: Set<String> = [
    "title", "heading", "page", "member", "csrf", "asOf", "notice", "errors", "version", "isDemo", "platform", "assets",
  ]
  func compare(_ sample: Any, _ value: Any, _ path: String, _ out: inout [String]) {
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .optional {
      if let some = mirror.children.first?.value { compare(sample, some, path, &out) } 
      else if !(sample is NSNull) { out.append("\(path): nil here, not in sample") }
      return
    }
    if let dict = sample as? [String: Any] {
      let names = Set(mirror.children.compactMap(\.label))
      for (key, child) in dict {
        if path.split(separator: ".").count == 1, Self.frame.contains(key) { continue }
        guard let own = mirror.children.first(where: { $0.label == key }) else { out.append("\(path).\(key) MISSING"); continue }
        compare(child, own.value, "\(path).\(key)", &out)
      }
      for name in names where dict[name] == nil && !(path.split(separator: ".").count == 1 && Self.frame.contains(name)) { out.append("\(path).\(name) extra") }
    } else if let list = sample as? [Any] {
      if mirror.displayStyle != .collection { out.append("\(path): not a list") }
      if let first = list.first, let own = mirror.children.first?.value { compare(first, own, "\(path)[]", &out) }
    } else if sample is NSNull {
    } else if let number = sample as? NSNumber, CFGetTypeIDIsBool(number) {
      if !(value is Bool) { out.append("\(path): not Bool") }
    } else if sample is NSNumber {
      if !(value is Int) { out.append("\(path): not Int but \(type(of: value))") }
    } else if sample is String {
      if !(value is String) { out.append("\(path): not String") }
    }
  }
  func CFGetTypeIDIsBool(_ n: NSNumber) -> Bool { String(cString: n.objCType) == "c" || String(cString: n.objCType) == "B" }

  @Test func shapes() async throws {
    let tls = FakeCheck(code: "fake.tls", title: "TLS")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(Verdict(summary: "w", findings: [Finding("x", .high, seen: "s", at: "p")]), at: "https://shop.example")
      try await server.look(tls)
      try await server.register.attest(.sample("audit", ends: server.clock.now, in: 50), by: .operator)
      try await server.register.grant(.control("diagram"), reason: "r", until: server.clock.now.advanced(by: .seconds(86_400)), by: .operator)
      try await server.ledger.sequence()
      let register = server.register
      let (book, profile) = try await register.book()
      let situation = Situation(book: book, profile: profile)
      let catalogue = register.catalogue
      let note = try await server.ledger.journal.servedCheckpoint(under: server.ledger.keyring.policy)
      let head = LedgerHead(checkpoint: try server.ledger.keyring.policy.verifyWithoutQuorum(note), published: 1)
      let ledger = LedgerText(head, newest: server.clock.now, witnesses: 0, asOf: server.clock.now)
      let now = server.clock.now
      let attestation = try #require(try await register.attestations().first)
      let exception = try #require(try await register.exceptions().first)
      let text = AttestationText(attestation, in: catalogue, owner: catalogue.owners[attestation.control], at: now)
      let entry = try await DecisionEntry(journal: server.ledger.journal).text(of: "control.attested", stating: "attestation", as: "\(attestation.id)", made: attestation.signed, asOf: now)
      let changes = try await register.recentChanges(since: Instant(microseconds: 0))
      let models: [(String, any Sendable)] = [
        ("overview", OverviewModel(.init(book: book, profile: profile, titles: register.titles, changes: changes, lastVisit: now, ledger: ledger))),
        ("obligations", ObligationsModel(ObligationFilter(view: nil, standing: nil, framework: nil, search: nil, in: catalogue), in: situation)),
        ("obligations~empty", ObligationsModel(ObligationFilter(view: nil, standing: "due", framework: nil, search: "qq", in: catalogue), in: situation)),
        ("obligations~frameworks", ObligationsModel(ObligationFilter(view: "frameworks", standing: nil, framework: nil, search: nil, in: catalogue), in: situation)),
        ("duty", DutyModel(catalogue.duties[0], in: situation, titles: register.titles, changes: changes)),
        ("duty", DutyModel(catalogue.duties[2], in: situation, titles: register.titles, changes: changes)),
        ("requirement", RequirementModel(catalogue.frameworks.first { $0.code == "law" }!.requirements[0], of: catalogue.frameworks.first { $0.code == "law" }!, in: situation, titles: register.titles, changes: changes)),
        ("standing", StandingModel(book, ledger: ledger)),
        ("attestations", AttestationsModel(book)),
        ("attestation", AttestationModel(attestation, as: text, entry: entry, asked: nil, isRenewable: true)),
        ("attestation-new", try AttestationForm(for: "audit", in: catalogue, at: now).page(book).model),
        ("exceptions", ExceptionsModel(book)),
        ("exception", ExceptionModel(exception, in: book, entry: entry, asked: nil)),
        ("exception-new", try ExceptionForm(for: "control:audit", in: catalogue, at: now).page(book).model),
      ]
      var out: [String] = []
      for (name, model) in models {
        let data = try Data(contentsOf: URL(fileURLWithPath: "/tmp/brief/samples/\(name).json"))
        compare(try JSONSerialization.jsonObject(with: data), model, name, &out)
      }
      try out.joined(separator: "\n").write(toFile: "/tmp/me_shapes.txt", atomically: true, encoding: .utf8)
      for path in ["/", "/obligations", "/obligations?view=frameworks", "/duties/D01", "/duties/D03", "/requirements/law.3", "/attestations", "/attestations/\(attestation.id)", "/attestations/new?control=audit", "/exceptions", "/exceptions/\(exception.id)"] {
        let page = try await server.get(path)
        try page.text.write(toFile: "/tmp/me_page\(path.replacing("/", with: "_").replacing("?", with: "+")).html", atomically: true, encoding: .utf8)
      }
    }
  }

  @Test func speed() async throws {
    guard ProcessInfo.processInfo.environment["ME_SPEED"] != nil else { return }
    let tls = FakeCheck(code: "fake.tls", title: "TLS")
    try await SignedInServer.with(checks: [tls]) { server in
      tls.eyes.set(Verdict(summary: "w", findings: [Finding("x", .high, seen: "s", at: "p")]), at: "https://shop.example")
      for n in 0..<300 { server.advance(by: .seconds(1)); tls.eyes.set(Verdict(summary: "w\(n)", findings: n % 2 == 0 ? [] : [Finding("x", .high, seen: "s", at: "p")]), at: "https://shop.example"); try await server.look(tls) }
      try await server.ledger.sequence()
      let clock = ContinuousClock()
      for path in ["/", "/obligations", "/obligations?view=frameworks", "/duties/D01"] {
        _ = try await server.get(path)
        var times: [Duration] = []
        for _ in 0..<60 { let t = clock.now; _ = try await server.get(path); times.append(clock.now - t) }
        times.sort()
        print("SPEED \(path) median \(times[30]) p95 \(times[57])")
      }
    }
  }
}
