#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A random generator that a failing test can be replayed with: SplitMix64 from a seed that is printed.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// A generator for a test of this name; the seed comes from `SURETY_SEED` or the system, and is printed.
  public init(for test: String) {
    let seed = getenv("SURETY_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 0...UInt64.max)
    print("seed of \(test): SURETY_SEED=\(seed)")
    self.init(seed: seed)
  }

  /// A generator with a given seed.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return word ^ word >> 31
  }

  /// So many random bytes.
  public mutating func bytes(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
  }
}
