import Primitives
import TestKit
import Testing

@Suite struct `An instant` {
  @Test(
    arguments: [
      ("1970-01-01T00:00:00.000000Z", 0), ("2000-02-29T12:34:56.789012Z", 951_827_696_789_012),
      ("1969-12-31T23:59:59.999999Z", -1), ("2026-11-24T02:12:00.123456Z", 1_795_486_320_123_456),
      ("0001-01-01T00:00:00.000000Z", -62_135_596_800_000_000),
    ] as [(String, Int64)])
  func `is written and read as RFC 3339`(text: String, microseconds: Int64) {
    #expect(Instant(microseconds: microseconds).rfc3339 == text)
    #expect(Instant(rfc3339: text) == Instant(microseconds: microseconds))
  }

  @Test func `reads offsets and shorter fractions`() {
    #expect(Instant(rfc3339: "2026-03-14T09:26:00+01:00") == Instant(rfc3339: "2026-03-14T08:26:00Z"))
    #expect(Instant(rfc3339: "2026-03-14T09:26:00.5Z")?.microseconds == 1_773_480_360_500_000)
    #expect(Instant(rfc3339: "2026-03-14T09:26:00.123456789Z")?.microseconds == 1_773_480_360_123_456)
  }

  @Test(arguments: [
    "", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:60Z", "2026-01-01 00:00:00Z", "2026-01-01T00:00:00", "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00:00Zx",
    "2026-01-01T00:00:00+24:00",
  ])
  func `refuses what is not RFC 3339`(text: String) { #expect(Instant(rfc3339: text) == nil) }

  @Test func `survives its text at random`() {
    var random = SeededGenerator(for: "an instant survives its text")
    for _ in 0..<2_000 {
      let instant = Instant(
        microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &random))
      #expect(Instant(rfc3339: instant.rfc3339) == instant)
    }
  }

  @Test func `saturates instead of trapping`() {
    #expect(Instant(microseconds: .max).advanced(by: .seconds(1)) == Instant(microseconds: .max))
    #expect(Instant(microseconds: 0).advanced(by: .seconds(Int64.min)) == Instant(microseconds: .min))
    #expect(Instant(microseconds: 0).advanced(by: .milliseconds(-1)).seconds == -1)
    #expect(Instant(seconds: 5).since(Instant(seconds: 3)) == .seconds(2))
  }
}

@Suite struct `An identifier` {
  enum Thing {}

  @Test func `is a UUID of version 7 that sorts by time`() throws {
    var random = SeededGenerator(for: "an identifier sorts by time")
    var last: Identifier<Thing>?
    for step in 0..<1_000 {
      let instant = Instant(microseconds: 1_795_486_320_000_000 + Int64(step) * 3)
      let identifier = Identifier<Thing>(at: instant, random: random.next())
      #expect(identifier.instant.milliseconds == instant.milliseconds)
      #expect(Identifier<Thing>(identifier.description) == identifier)
      #expect(Identifier<Thing>(bytes: identifier.bytes) == identifier)
      #expect(Array(identifier.description)[14] == "7")
      if let last { #expect(last < identifier) }
      last = identifier
    }
  }

  @Test(arguments: [
    "", "0193d7a4-0000-4000-8000-000000000000", "0193D7A4-0000-7000-8000-000000000000",
    "0193d7a400007000800000000000000000", "0193d7a4-0000-7000-c000-000000000000",
    "0193d7a4-0000-7000-8000-00000000000g",
  ])
  func `refuses other text`(text: String) { #expect(Identifier<Thing>(text) == nil) }
}

@Suite struct `Base 64 and hexadecimal` {
  @Test func `read back what they wrote`() {
    var random = SeededGenerator(for: "base 64")
    for count in 0..<200 {
      let bytes = random.bytes(count)
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Hexadecimal.decode(Hexadecimal.encode(bytes).utf8) == bytes)
    }
    #expect(
      ["", "f", "fo", "foo", "foob", "fooba", "foobar"].map { Base64.encode(Array($0.utf8)) }
        == ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"])
  }

  @Test(arguments: ["Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==\n", " Zg==", "Zg==Zg==", "Zm-v", "A"])
  func `refuse a second text for the same bytes`(text: String) { #expect(Base64.decode(text) == nil) }
}

@Suite struct `Random bytes` {
  @Test(arguments: [0, 1, 7, 32, 255, 256, 257, 1_000, 5_000])
  func `fill all that was asked for`(_ count: Int) {
    let draws = (0..<8).map { _ in Surroundings.system.randomBytes(count) }
    #expect(draws.allSatisfy { $0.count == count })
    // Each place differs somewhere in eight draws, but for one in 2^56.
    for place in 0..<count { #expect(Set(draws.map { $0[place] }).count > 1, "\(place)") }
  }
}

@Suite struct `Canonical JSON` {
  @Test func `sorts names by UTF-16 and escapes as little as it may`() {
    let value: JSON = ["b": 1, "a": [true, .null, "\u{8}\u{1}\"\\/é"], "\u{1F600}": 0, "\u{FB33}": 0]
    let text = String(decoding: value.canonicalBytes, as: UTF8.self)
    #expect(text == #"{"a":[true,null,"\b\u0001\"\\/é"],"b":1,"😀":0,"דּ":0}"#)
    #expect(JSON(canonical: value.canonicalBytes) == value)
  }

  @Test(arguments: [
    #"{"b":1,"a":2}"#, #"{ "a":1}"#, #"{"a":1,"a":1}"#, #"{"a":1.0}"#, #"{"a":1.5}"#, "", "{", #""\u0041""#,
  ])
  func `refuses other layouts and fractions`(text: String) { #expect(JSON(canonical: Array(text.utf8)) == nil) }

  @Test func `reads every escape, and refuses what RFC 8259 does`() {
    let text = #"{"a":"\u00e9\ud83d\ude00\n\/","b":[ ],"c":-7,"d":null}"#
    #expect(JSON(parsing: Array(text.utf8)) == ["a": "é😀\n/", "b": [], "c": -7, "d": .null])
    for bad in [
      #""\ud83d""#, #""\ude00""#, #""\x""#, "\"\n\"", "01", "-0", "+1", "1e2", "1.0", "[1,]", "{\"a\":1,}", "[1 2]",
      "nul", "\"", "{\"a\":1,\"a\":2}", "[1]]", "99999999999999999999",
    ] { #expect(JSON(parsing: Array(bad.utf8)) == nil, "\(bad)") }
  }

  @Test func `gives the elements of one list one by one, and the rest as a whole`() throws {
    func read(_ text: String) -> (elements: [JSON], rest: JSON?) {
      var elements: [JSON] = []
      let rest = JSON.object(parsing: Array(text.utf8), elementsOf: "list") { elements.append($0) }
      return (elements, rest)
    }
    let usual = read(#" {"a":1, "list" : [ {"list":[3]} , 2,[] ] ,"z":{"list":[4]}} "#)
    #expect(usual.elements == [["list": [3]], 2, []])
    #expect(usual.rest == ["a": 1, "list": [], "z": ["list": [4]]])
    #expect(read(#"{"list":[],"a":1}"#).rest == ["a": 1, "list": []])
    #expect(read(#"{"a":1}"#).rest == ["a": 1])
    #expect(read("{}").rest == [:])
    // What is no list is left to whoever checks the rest.
    #expect(read(#"{"list":{"b":1}}"#).rest == ["list": ["b": 1]])
    for bad in [
      "", "[]", "[1]", "1", #"{"list":[1,]}"#, #"{"list":[1}"#, #"{"list":[1]"#, #"{"list":[1]}x"#,
      #"{"list":[1],"list":[2]}"#, #"{"list":[1] "a":2}"#, #"{"list":[1.5]}"#,
    ] { #expect(read(bad).rest == nil, "\(bad)") }
    struct Stop: Error {}
    #expect(throws: Stop.self) {
      try JSON.object(parsing: Array(#"{"list":[1,2]}"#.utf8), elementsOf: "list") { _ in throw Stop() }
    }
  }

  @Test func `is read back from what it wrote at random, with members in any order`() {
    var generator = SeededGenerator(for: "JSON at random")
    func text() -> String {
      String(
        String.UnicodeScalarView(
          (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
            [
              Unicode.Scalar(UInt8.random(in: 0..<0x80, using: &generator)), "é", "\u{1F600}", "\"", "\\", "\u{2028}",
            ].randomElement(using: &generator) ?? "a"
          }))
    }
    func value(_ depth: Int) -> JSON {
      switch Int.random(in: 0..<(depth > 3 ? 4 : 6), using: &generator) {
      case 0: .null
      case 1: .bool(Bool.random(using: &generator))
      case 2: .integer(Int64.random(in: -1_000_000...1_000_000, using: &generator))
      case 3: .string(text())
      case 4: .array((0..<Int.random(in: 0..<6, using: &generator)).map { _ in value(depth + 1) })
      default:
        .object(
          Dictionary(
            (0..<Int.random(in: 0..<9, using: &generator)).map { _ in (text(), value(depth + 1)) },
            uniquingKeysWith: { $1 }))
      }
    }
    for _ in 0..<300 {
      let original = value(0)
      #expect(JSON(parsing: original.canonicalBytes) == original)
      #expect(JSON(canonical: original.canonicalBytes) == original)
      var writer = JSONWriter()
      writer.array { list in
        list.object { object in
          guard case .object(let members) = original else { return }
          for (name, value) in members.shuffled(using: &generator) { object.member(name, value) }
        }
        list.value(original)
        list.array { _ in }
      }
      let isObject = if case .object = original { true } else { false }
      #expect(JSON(parsing: writer.finish()) == [isObject ? original : [:], original, []])
    }
  }

  @Test func `is not read deeper than it may be, and in no more than linear time`() {
    func nested(_ depth: Int) -> [UInt8] {
      Array(String(repeating: "[", count: depth).utf8) + Array(String(repeating: "]", count: depth).utf8)
    }
    #expect(JSON(parsing: nested(60)) != nil)
    #expect(JSON(parsing: nested(100_000)) == nil)
    let wide = Array(
      (String(repeating: "[", count: 50) + String(repeating: "1,", count: 30_000) + "1"
        + String(repeating: "]", count: 50)).utf8)
    let start = ContinuousClock.now
    #expect(JSON(parsing: wide) != nil)
    #expect(ContinuousClock.now - start < .seconds(10))
  }

  @Test func `holds no number that another reader would round`() {
    #expect(JSON.integer(9_007_199_254_740_991).isInteroperable)
    #expect(!JSON.array([.integer(9_007_199_254_740_992)]).isInteroperable)
    #expect(!JSON.object(["a": .integer(.min)]).isInteroperable)
  }
}
