import Foundation

/// A moment as people and programs write it, in UTC.
struct UTCTime: Sendable {
  /// Seconds since the beginning of 1970.
  let seconds: Int64

  /// Such as `24/Nov/2026:20:01:07 +0000`, as web servers write it into their logs.
  var logText: String {
    let parts = parts
    let month = Self.months[parts.month - 1].prefix(3)
    return "\(two(parts.day))/\(month)/\(parts.year):\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second)) +0000"
  }

  /// Such as `2026-11-24T20:01:07Z` (RFC 3339).
  var text: String {
    let parts = parts
    let day = "\(parts.year)-\(two(parts.month))-\(two(parts.day))"
    return "\(day)T\(two(parts.hour)):\(two(parts.minute)):\(two(parts.second))Z"
  }

  /// Such as `24 November 2026`.
  var dayText: String {
    let parts = parts
    return "\(parts.day) \(Self.months[parts.month - 1]) \(parts.year)"
  }

  /// Year and month as a number that grows with time, such as 202611.
  var yearAndMonth: Int {
    let parts = parts
    return parts.year * 100 + parts.month
  }

  private var parts: (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int) {
    var moment = time_t(seconds)
    var fields = tm()
    gmtime_r(&moment, &fields)
    return (
      Int(fields.tm_year) + 1900, Int(fields.tm_mon) + 1, Int(fields.tm_mday), Int(fields.tm_hour),
      Int(fields.tm_min), Int(fields.tm_sec)
    )
  }

  private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
  ]
}
