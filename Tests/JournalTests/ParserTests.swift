import Foundation
import TestKit
import Testing

/// The seeded stand-in for `make fuzz`: the same parsers and the same corpus, changed at random a few thousand times.
/// `SURETY_FUZZ_RUNS` says how often.
@Suite struct `A parser` {
  static let runs = ProcessInfo.processInfo.environment["SURETY_FUZZ_RUNS"].flatMap { Int($0) } ?? 1_500

  static func corpus(of target: ParserTarget) throws -> [[UInt8]] {
    let directory = SourceTree.root.appending(path: "Tests/FuzzCorpus/\(target.rawValue)")
    return try FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()
      .map { try FileBytes.read(directory.appending(path: $0).path) }
  }

  @Test(arguments: ParserTarget.allCases) func `refuses with a reason or reads what would be written`(
    target: ParserTarget
  ) throws {
    var random = SeededGenerator(for: "parser \(target)")
    let corpus = try Self.corpus(of: target)
    #expect(!corpus.isEmpty)
    for seed in corpus { #expect(target.holds(for: seed)) }
    for _ in 0..<Self.runs {
      guard var bytes = corpus.randomElement(using: &random) else { return }
      for _ in 0...Int.random(in: 0...4, using: &random) { Self.mutate(&bytes, &random) }
      #expect(target.holds(for: bytes), "\(target) \(bytes)")
    }
  }

  static func mutate(_ bytes: inout [UInt8], _ random: inout SeededGenerator) {
    let place = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
    case 1 where place < bytes.count: bytes.remove(at: place)
    case 2 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 3: bytes.removeSubrange(place...)
    case 4:
      let end = min(bytes.count, place + Int.random(in: 0...64, using: &random))
      bytes.insert(contentsOf: bytes[place..<end], at: place)
    default:
      let token = ["\n", "0", "-1", "18446744073709551615", "\u{2014} ", "=", "\0", "é", "old ", "index "]
        .randomElement(using: &random)
      bytes.insert(contentsOf: (token ?? "").utf8, at: place)
    }
  }
}
