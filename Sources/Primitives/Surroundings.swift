/// What pure code may not reach for by itself: the time and randomness. Passed in, so that a test decides both.
public struct Surroundings: Sendable {
  /// The present moment.
  public var now: @Sendable () -> Instant
  /// Fills a buffer from a generator fit for secrets.
  public var random: @Sendable (UnsafeMutableRawBufferPointer) -> Void

  /// Surroundings made of these two sources.
  public init(
    now: @escaping @Sendable () -> Instant, random: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void
  ) {
    self.now = now
    self.random = random
  }

  /// So many random bytes.
  public func randomBytes(_ count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { bytes, filled in
      random(UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(bytes)[..<count]))
      filled = count
    }
  }

  /// 64 random bits.
  public func randomWord() -> UInt64 {
    var word: UInt64 = 0
    withUnsafeMutableBytes(of: &word) { random($0) }
    return word
  }
}
