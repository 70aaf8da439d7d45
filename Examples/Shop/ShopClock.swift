import Foundation

/// The time. It is asked of the system here and nowhere else.
struct ShopClock: Sendable {
  /// Seconds since the beginning of 1970, UTC.
  let now: @Sendable () -> Int64

  static let system = ShopClock { Int64(time(nil)) }
}
