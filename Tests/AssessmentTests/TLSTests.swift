import Foundation
import Obligations
import Primitives
import TestKit
import Testing

@testable import Assessment

@Suite struct `TLS, message by message` {
  private func hello(_ version: TLSVersion, name: String? = "shop.test") -> [UInt8] {
    ClientHello(
      version: version, suites: CipherSuite.classic, groups: KeyExchangeGroup.allCases, serverName: name,
      random: (0..<32).map { UInt8($0) }
    ).bytes
  }

  @Test(arguments: TLSVersion.allCases)
  func `a hello says its version and its own length`(version: TLSVersion) {
    let bytes = hello(version)
    var reader = WireReader(bytes[...])
    #expect(reader.take8() == 22)
    #expect(reader.take16() == (version == .ssl3 ? 0x0300 : 0x0301))
    #expect(reader.take16().map { Int($0) } == reader.count)
    #expect(reader.take8() == 1)
    #expect(reader.take24().map { Int($0) } == reader.count)
    #expect(reader.take16() == min(version.rawValue, 0x0303))
    #expect(reader.take(32).map { Array($0) } == (0..<32).map { UInt8($0) })
  }

  @Test func `a number is not sent as a server's name`() {
    #expect(hello(.tls12)[...].holds(Array("shop.test".utf8)))
    #expect(!hello(.tls12, name: nil)[...].holds(Array("shop.test".utf8)))
    #expect(!hello(.ssl3)[...].holds(Array("shop.test".utf8)))
  }

  @Test func `no suite stands in the list twice, and every one is named as in the registry`() {
    let all = CipherSuite.classic + CipherSuite.modern
    #expect(Set(all.map(\.code)).count == all.count)
    #expect(Set(all.map(\.name)).count == all.count)
    #expect(CipherSuite.named(0xC02F)?.name == "ECDHE_RSA_WITH_AES_128_GCM_SHA256")
    #expect(all.filter(\.isInGuideline).count == 9)
    #expect(all.allSatisfy { !($0.isBroken && $0.isInGuideline) })
    for name in [
      "RSA_WITH_3DES_EDE_CBC_SHA", "RSA_WITH_RC4_128_SHA", "RSA_WITH_NULL_SHA256", "DH_anon_WITH_AES_128_CBC_SHA",
    ] {
      #expect(all.first { $0.name == name }?.isBroken == true)
    }
  }

  /// A server's hello of TLS 1.2 in a record, with a choice of suite.
  static func serverHello(_ version: UInt16 = 0x0303, suite: UInt16 = 0xC02F, extensions: [UInt8] = []) -> [UInt8] {
    var body = WireWriter()
    body.put16(min(version, 0x0303))
    body.put([UInt8](repeating: 7, count: 32))
    body.vector8 { _ in }
    body.put16(suite)
    body.put([0])
    body.vector16 { $0.put(extensions) }
    return record(22, message(2, body.bytes))
  }

  static func message(_ type: UInt8, _ body: [UInt8]) -> [UInt8] {
    var message = WireWriter()
    message.put([type])
    message.vector24 { $0.put(body) }
    return message.bytes
  }

  static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    var record = WireWriter()
    record.put([type, 3, 3])
    record.vector16 { $0.put(content) }
    return record.bytes
  }

  @Test func `a flight of TLS 1.2 is read to its end`() throws {
    let exchange = Self.message(12, [3, 0x00, 0x13, 1, 4])
    let certificates = Self.message(11, [0, 0, 6, 0, 0, 3, 9, 9, 9])
    let bytes = Self.serverHello() + Self.record(22, certificates + exchange) + Self.record(22, Self.message(14, []))
    let flight = try #require(ServerFlight(bytes))
    #expect((flight.version, flight.suite, flight.group) == (.tls12, 0xC02F, 0x13))
    #expect(flight.certificates == [[9, 9, 9]])
    #expect(flight.isComplete)
    for length in 0..<bytes.count { #expect(ServerFlight(Array(bytes.prefix(length)))?.isComplete != true) }
  }

  @Test func `a flight of TLS 1.3 ends after its hello`() throws {
    let extensions: [UInt8] = [0, 43, 0, 2, 3, 4, 0, 51, 0, 2, 0, 0x1D]
    let flight = try #require(ServerFlight(Self.serverHello(0x0304, suite: 0x1301, extensions: extensions)))
    #expect((flight.version, flight.suite, flight.group) == (.tls13, 0x1301, 0x1D))
    #expect(flight.isComplete)
  }

  @Test func `the length of a prime is told in bits`() throws {
    let prime = [0] + [UInt8(0x80)] + [UInt8](repeating: 1, count: 127)
    let exchange = Self.message(12, [0, 129] + prime + [0, 1, 2, 0, 1, 3])
    let flight = try #require(ServerFlight(Self.serverHello(suite: 0x009E) + Self.record(22, exchange)))
    #expect(flight.primeBits == 1_024)
  }

  @Test func `an alert ends a flight, but a warning does not`() throws {
    #expect(ServerFlight(Self.record(21, [2, 40]))?.alert == 40)
    let warned = Self.record(21, [1, 112]) + Self.serverHello()
    let flight = try #require(ServerFlight(warned))
    #expect((flight.alert, flight.suite) == (nil, 0xC02F))
    #expect(ServerFlight(Self.record(21, [1, 0]))?.isComplete == true)
  }

  @Test func `what is not TLS is told`() {
    #expect(ServerFlight(Array("HTTP/1.1 400 Bad Request\r\n".utf8)) == nil)
    #expect(ServerFlight(Array("SSH-2.0-".utf8)) == nil)
    #expect(ServerFlight([22, 2, 0, 0, 1, 0]) == nil)
    #expect(ServerFlight([22, 3, 3, 0xFF, 0xFF, 0]) == nil)
    #expect(ServerFlight([]) != nil)
  }

  @Test func `no bytes make the parser trap`() {
    var generator = SeededGenerator(for: "ServerFlight")
    let whole =
      Self.serverHello(extensions: [0, 43, 0, 2, 3, 4]) + Self.record(22, Self.message(11, [0, 0, 4, 0, 0, 1, 9]))
    for _ in 0..<3_000 {
      _ = ServerFlight(generator.bytes(Int.random(in: 0..<200, using: &generator)))
      var bytes = whole
      for _ in 0..<Int.random(in: 1..<6, using: &generator) {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
      }
      _ = ServerFlight(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator))))
    }
  }

  // MARK: What is not answered

  /// What a server says that speaks TLS 1.2 with one suite, refuses TLS 1.3, and passes over what is older; nil for
  /// silence.
  private static func modest(_ hello: [UInt8]) -> [UInt8]? {
    guard hello.count > 46, hello[9] == 3, hello[10] == 3 else { return nil }
    let refusal = record(21, [2, 40])
    // Only hellos of TLS 1.3 have a session's name.
    guard hello[43] == 0 else { return refusal }
    let length = Int(hello[44]) << 8 | Int(hello[45])
    let offered = stride(from: 46, to: min(46 + length, hello.count - 1), by: 2).map { hello[$0...($0 + 1)] }
    guard offered.contains([0xC0, 0x2F]) else { return refusal }
    return serverHello(suite: 0xC02F) + record(22, message(14, []))
  }

  private func look(_ answer: @escaping @Sendable ([UInt8]) -> [UInt8]?) async throws -> TLSSighting {
    try await HostileServer.with(.answerBytes(answer)) { server in
      let probe = TLSProbe(reach: AssessedShop.loopback, surroundings: .system, patience: .milliseconds(400))
      return try await probe.look(at: WebAddress("https://shop.test:\(server.port)"), for: "x")
    }
  }

  @Test func `a version that is passed over while others are answered is refused`() async throws {
    let sighting = try await look(Self.modest)
    #expect(sighting.versions.map(\.answer) == [.ignored, .ignored, .ignored, .offered, .refused])
    #expect(TLSJudgement.protocols(sighting).codes == ["tls-13-missing"])
    #expect(sighting.groupsArePartial == false)
  }

  /// A firewall that has had enough answers nothing any more, whatever the server behind it would say.
  @Test func `a version that is passed over like all others afterwards is not known`() async throws {
    let answered = Counter()
    let sighting = try await look { hello in
      guard let answer = Self.modest(hello) else { return nil }
      return answered.next() <= 3 ? answer : nil
    }
    #expect(sighting.versions.prefix(3).map(\.answer) == [.silent, .silent, .silent])
    #expect(TLSJudgement.protocols(sighting).unseen.count >= 3)
    #expect(TLSJudgement.ciphers(sighting).outcome == .couldNotCheck)
  }

  // MARK: What it means

  private func sighting(
    _ answers: [TLSVersion: TLSSighting.Answer], suites: [UInt16] = [0xC02F], groups: [UInt16] = [0x11EC, 0x1D],
    prime: Int? = nil, staples: Bool? = nil, isPartial: Bool = false, groupsArePartial: Bool = false
  ) -> TLSSighting {
    TLSSighting(
      endpoint: "https://shop.test",
      versions: TLSVersion.allCases.map { version in
        let answer = answers[version] ?? .refused
        return .init(version: version, answer: answer, suites: answer == .offered ? suites : [], isPartial: isPartial)
      },
      groups: groups, groupsArePartial: groupsArePartial, shortestPrime: prime, staples: staples)
  }

  private static let good: [TLSVersion: TLSSighting.Answer] = [.tls12: .offered, .tls13: .offered]

  @Test func `versions are judged`() {
    func codes(_ answers: [TLSVersion: TLSSighting.Answer]) -> [String] {
      TLSJudgement.protocols(sighting(answers)).codes
    }
    #expect(codes(Self.good) == [])
    #expect(codes([.tls12: .offered]) == ["tls-13-missing"])
    #expect(codes([.tls13: .offered]) == [])
    #expect(
      codes([.tls10: .offered, .tls11: .offered, .tls12: .offered, .tls13: .offered])
        == ["tls-obsolete-protocol", "tls-obsolete-protocol"])
    #expect(codes([.tls10: .offered]) == ["tls-modern-protocol-missing", "tls-obsolete-protocol"])
    #expect(codes([:]) == ["tls-modern-protocol-missing"])
    #expect(TLSJudgement.protocols(sighting(Self.good, staples: false)).codes == ["tls-staple-missing"])
    #expect(TLSJudgement.protocols(sighting(Self.good, staples: false)).outcome == .satisfied)
  }

  @Test func `what was not answered is not in order, unless other hellos were answered meanwhile`() {
    var answers = Self.good
    answers[.ssl3] = .ignored
    answers[.tls10] = .closed
    for judge in [TLSJudgement.protocols, TLSJudgement.ciphers] {
      #expect(judge(sighting(answers)).outcome == .satisfied)
      for answer in [TLSSighting.Answer.silent, .unreadable] {
        for version in [TLSVersion.ssl3, .tls11, .tls12, .tls13] {
          let verdict = judge(sighting(answers.merging([version: answer]) { $1 }))
          #expect(verdict.outcome == .couldNotCheck, "\(version) \(answer)")
          #expect(verdict.findings.isEmpty && verdict.unseen.contains { $0.contains(version.name) })
        }
      }
    }
    #expect(TLSJudgement.ciphers(sighting(Self.good, isPartial: true)).outcome == .couldNotCheck)
    #expect(TLSJudgement.ciphers(sighting(Self.good, groupsArePartial: true)).outcome == .couldNotCheck)
  }

  @Test func `what TLS 1.3 encrypts is said not to be seen`() {
    let alone = sighting([.tls13: .offered], suites: [0x1301])
    #expect(TLSJudgement.protocols(alone).summary.contains("it was not seen"))
    #expect(alone.facts.contains { $0.value == "encrypted in TLS 1.3, so it was not seen" })
    #expect(!TLSJudgement.protocols(sighting(Self.good)).summary.contains("it was not seen"))
  }

  @Test func `what was seen is stored and shown by its names, and numbers of before are read`() throws {
    let seen = sighting(Self.good, suites: [0xC02F, 0x4A4A], groups: [0x11EC, 0x1D, 0x6A6A])
    let stored = try JSONEncoder().encode(seen)
    let text = String(decoding: stored, as: UTF8.self)
    for name in [
      "\"TLS 1.2\"", "\"ECDHE_RSA_WITH_AES_128_GCM_SHA256\"", "\"0x4a4a\"", "\"X25519MLKEM768\"", "\"0x6a6a\"",
    ] {
      #expect(text.contains(name), "\(name)")
    }
    let read = try JSONDecoder().decode(TLSSighting.self, from: stored)
    #expect(read.groups == seen.groups && read.offered.map(\.suites) == seen.offered.map(\.suites))
    #expect(read.versions.map(\.version) == TLSVersion.allCases)
    let before =
      #"{"endpoint":"e","versions":[{"version":771,"answer":"offered","suites":[49199],"isPartial":false}],"groups":[29]}"#
    let old = try JSONDecoder().decode(TLSSighting.self, from: Data(before.utf8))
    #expect(old.versions.first?.version == .tls12 && old.offered.first?.suites == [0xC02F] && old.groups == [0x1D])
    for damaged in ["771", "49199", "29"] {
      #expect(throws: (any Error).self) {
        try JSONDecoder().decode(TLSSighting.self, from: Data(before.replacing(damaged, with: "\"no\"").utf8))
      }
    }
    #expect(seen.facts.first { $0.name == "TLS 1.2" }?.value.contains("ECDHE_RSA_WITH_AES_128_GCM_SHA256") == true)
    #expect(seen.facts.first { $0.name == "Key exchange" }?.value == "X25519MLKEM768, x25519, 0x6a6a")
  }

  @Test func `an endpoint is told which profile of the guideline it meets, and how it deviates`() {
    func standing(_ sighting: TLSSighting) -> String { MozillaGuideline.standing { $0.deviations(of: sighting) } }
    #expect(standing(sighting([.tls13: .offered], suites: [0x1301])).hasPrefix("Meets Mozilla's profile \"modern\""))
    #expect(standing(sighting(Self.good)).hasPrefix("Meets Mozilla's profile \"intermediate\""))
    let wide = sighting(Self.good, suites: [0xC02F, 0x002F])
    #expect(
      standing(wide) == "Deviates from Mozilla's profile \"intermediate\" (guideline 6.0): "
        + "RSA_WITH_AES_128_CBC_SHA.")
    #expect(standing(sighting([.tls12: .offered])).contains("no TLS 1.3"))
    // Groups are not compared with it.
    let group = sighting([.tls13: .offered], suites: [0x1301], groups: [0x1E])
    #expect(standing(group).hasPrefix("Meets Mozilla's profile \"modern\""))
  }

  @Test(
    arguments: [
      ("P-256", 90, "Meets Mozilla's profile \"modern\""), ("P-256", 100, "Meets Mozilla's profile \"intermediate\""),
      ("RSA", 90, "Meets Mozilla's profile \"intermediate\""), ("P-521", 90, "a key of the kind P-521"),
      ("RSA", 400, "valid for 400 days"),
    ] as [(String, Int64, String)])
  func `a certificate is told which profile it meets`(key: String, days: Int64, words: String) {
    let certificate = CertificateSighting.Certificate(
      subject: "s", issuer: "i", names: [], notBefore: 0, notAfter: days * 86_400, key: key, keyBits: 256,
      signature: "ECDSA with SHA-256", fingerprint: "")
    #expect(MozillaGuideline.standing { $0.deviations(of: certificate) }.contains(words))
  }

  @Test func `a server that agrees to nothing is told apart by how it refuses`() {
    func all(_ answer: TLSSighting.Answer) -> TLSSighting {
      sighting(Dictionary(uniqueKeysWithValues: TLSVersion.allCases.map { ($0, answer) }))
    }
    for judge in [TLSJudgement.protocols, TLSJudgement.ciphers] {
      #expect(judge(all(.silent)).outcome == .couldNotCheck)
      #expect(judge(all(.closed)).outcome == .couldNotCheck)
      #expect(judge(all(.unreadable)).codes == ["tls-missing"])
      #expect(judge(.plain("http://shop.test")).codes == ["tls-missing"])
    }
    #expect(TLSJudgement.ciphers(all(.refused)).outcome == .couldNotCheck)
  }

  @Test func `suites and key exchanges are judged`() {
    func codes(_ sighting: TLSSighting) -> [String] { TLSJudgement.ciphers(sighting).codes }
    #expect(codes(sighting(Self.good)) == [])
    #expect(codes(sighting(Self.good, suites: [0xC02F, 0x000A, 0x0005])) == ["tls-broken-cipher"])
    #expect(codes(sighting(Self.good, suites: [0xC02F, 0x002F])) == ["tls-weak-cipher"])
    #expect(codes(sighting(Self.good, prime: 1_024)) == ["tls-weak-key-exchange"])
    #expect(codes(sighting(Self.good, prime: 2_048)) == [])
    #expect(codes(sighting(Self.good, groups: [0x1D])) == ["tls-post-quantum-missing"])
    #expect(codes(sighting([.tls12: .offered], groups: [0x1D])) == [])
    #expect(codes(sighting(Self.good, groups: [0x11EC, 0x13])) == ["tls-weak-key-exchange"])
    #expect(codes(sighting(Self.good, groups: [0x11EC, 0x15])) == ["tls-weak-key-exchange"])
    #expect(codes(sighting(Self.good, groups: [0x11EC, 0x16, 0x1A])) == [])
  }
}
