import Primitives

/// A moment as pages show it: absolute first, relative second, the zone always.
struct TimeText: Sendable {
  /// RFC 3339, for machines.
  let datetime: String
  /// Such as `24 Nov 2026, 20:15 UTC`.
  let absolute: String
  /// Such as `in 2 days 3 hours`; true as of the moment the page was made.
  let relative: String

  init(_ instant: Instant, asOf now: Instant) {
    datetime = instant.rfc3339
    absolute = Self.absolute(instant)
    relative = Self.relative(instant, now)
  }

  /// Only the day.
  static func day(_ instant: Instant) -> String { day(CalendarDate(at: instant)) }

  static func day(_ date: CalendarDate) -> String { "\(date.day) \(months[Int(date.month) - 1]) \(date.year)" }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func absolute(_ instant: Instant) -> String {
    "\(day(instant)), \(instant.rfc3339.dropFirst(11).prefix(5)) UTC"
  }

  /// Rounded towards less time left: down for what is to come, up for what is past.
  private static func relative(_ instant: Instant, _ now: Instant) -> String {
    let microseconds = instant.microseconds - now.microseconds
    if microseconds > 0 {
      let seconds = microseconds / 1_000_000
      return seconds < 60 ? "in less than a minute" : "in \(span(seconds))"
    }
    let seconds = (-microseconds + 999_999) / 1_000_000
    return seconds < 60 ? "just now" : "\(span(seconds)) ago"
  }

  /// The two largest units that say something.
  static func span(_ seconds: Int64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60)
    func count(_ number: Int64, _ unit: String) -> String? {
      number == 0 ? nil : number == 1 ? "1 \(unit)" : "\(number) \(unit)s"
    }
    let parts =
      days >= 30 ? [count(days, "day")] : [count(days, "day"), count(hours, "hour"), count(minutes, "minute")]
    let spoken = parts.compactMap { $0 }.prefix(2).joined(separator: " ")
    return spoken.isEmpty ? "less than a minute" : spoken
  }
}
