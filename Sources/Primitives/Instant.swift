/// A moment in UTC, as whole microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// Integral, so that two machines never disagree by a rounding; microseconds, so that the number is exact in
/// every language an auditor might use (it stays below 2^53 until the year 2255).
public struct Instant: Hashable, Comparable, Sendable {
  /// Microseconds since the Unix epoch; negative before it.
  public let microseconds: Int64

  /// The moment so many microseconds after the Unix epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// The moment so many milliseconds after the Unix epoch.
  public init(milliseconds: Int64) { self.microseconds = milliseconds * 1_000 }

  /// The moment so many seconds after the Unix epoch.
  public init(seconds: Int64) { self.microseconds = seconds * 1_000_000 }

  /// Whole seconds since the Unix epoch, rounded towards the past.
  public var seconds: Int64 { microseconds.dividedTowardsPast(by: 1_000_000).quotient }

  /// Whole milliseconds since the Unix epoch, rounded towards the past.
  public var milliseconds: Int64 { microseconds.dividedTowardsPast(by: 1_000).quotient }

  public static func < (left: Instant, right: Instant) -> Bool { left.microseconds < right.microseconds }

  /// The moment `duration` after this one; saturates at the ends of the representable range.
  public func advanced(by duration: Duration) -> Instant {
    let (seconds, attoseconds) = duration.components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
    let limit = Instant(microseconds: seconds < 0 ? .min : .max)
    guard !overflow else { return limit }
    let (span, spanOverflow) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
    let (sum, sumOverflow) = microseconds.addingReportingOverflow(span)
    return spanOverflow || sumOverflow ? limit : Instant(microseconds: sum)
  }

  /// The time from `earlier` to this moment; negative when `earlier` is later.
  public func since(_ earlier: Instant) -> Duration {
    .microseconds(microseconds) - .microseconds(earlier.microseconds)
  }
}

extension Int64 {
  /// Quotient and remainder with the remainder never negative.
  package func dividedTowardsPast(by divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}
