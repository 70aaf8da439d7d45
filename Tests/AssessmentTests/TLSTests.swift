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

  // MARK: What it means

  private func sighting(
    _ answers: [TLSVersion: TLSSighting.Answer], suites: [UInt16] = [0xC02F], groups: [UInt16] = [0x11EC, 0x1D],
    prime: Int? = nil, staples: Bool? = nil, isPartial: Bool = false
  ) -> TLSSighting {
    TLSSighting(
      endpoint: "https://shop.test",
      versions: TLSVersion.allCases.map { version in
        let answer = answers[version] ?? .refused
        return .init(version: version, answer: answer, suites: answer == .offered ? suites : [], isPartial: isPartial)
      },
      groups: groups, shortestPrime: prime, staples: staples)
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

  @Test func `what was not seen is not in order, but a version that is passed over in silence is refused`() {
    var answers = Self.good
    answers[.ssl3] = .silent
    answers[.tls10] = .closed
    #expect(TLSJudgement.protocols(sighting(answers)).outcome == .satisfied)
    answers[.tls11] = .unreadable
    #expect(TLSJudgement.protocols(sighting(answers)).outcome == .couldNotCheck)
    #expect(TLSJudgement.ciphers(sighting(Self.good, isPartial: true)).outcome == .couldNotCheck)
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
  }
}
