/// What pure code may not reach for by itself: the time and randomness. Passed in, so that a test decides both.
public struct Surroundings: Sendable {
  /// The present moment.
  public var now: @Sendable () -> Instant
  /// 64 bits from a generator fit for secrets.
  public var randomWord: @Sendable () -> UInt64

  /// Surroundings made of these two sources.
  public init(now: @escaping @Sendable () -> Instant, randomWord: @escaping @Sendable () -> UInt64) {
    self.now = now
    self.randomWord = randomWord
  }

  /// So many random bytes, rounded up to whole words internally.
  public func randomBytes(_ count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 7)
    while bytes.count < count {
      withUnsafeBytes(of: randomWord()) { bytes.append(contentsOf: $0) }
    }
    return Array(bytes.prefix(count))
  }
}
