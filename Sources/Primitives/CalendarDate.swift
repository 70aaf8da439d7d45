/// A date of the proleptic Gregorian calendar (ISO 8601), without a time zone.
public struct CalendarDate: Hashable, Comparable, Sendable {
  public let year: Int64
  /// 1 to 12.
  public let month: Int64
  /// 1 to 31.
  public let day: Int64

  /// Parts that need not be a date of the calendar; ``daysSinceEpoch`` tells.
  package init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// Days are counted in eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
  package init(daysSinceEpoch: Int64) {
    let (era, dayOfEra) = (daysSinceEpoch + 719_468).dividedTowardsPast(by: 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// The date in UTC at a moment.
  public init(at instant: Instant) {
    self.init(daysSinceEpoch: instant.microseconds.dividedTowardsPast(by: 86_400_000_000).quotient)
  }

  /// Reads `2026-11-24`; nil for anything else and for a day that does not exist.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
      let instant = Instant(rfc3339: String(text) + "T00:00:00Z")
    else { return nil }
    self.init(at: instant)
  }

  /// Days since 1970-01-01, or nil when there is no such day.
  package var daysSinceEpoch: Int64? {
    guard (1...12).contains(month), day >= 1, day <= Self.daysInMonth(month, of: year) else { return nil }
    let (era, yearOfEra) = (month <= 2 ? year - 1 : year).dividedTowardsPast(by: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Midnight in UTC at the beginning of the date.
  public var start: Instant { Instant(seconds: (daysSinceEpoch ?? 0) * 86_400) }

  /// The date so many months later; where that month is too short, its last day, as a person counts.
  public func adding(months: Int64) -> CalendarDate {
    let (years, shifted) = (month - 1 + months).dividedTowardsPast(by: 12)
    let (year, month) = (self.year + years, shifted + 1)
    return CalendarDate(year: year, month: month, day: min(day, Self.daysInMonth(month, of: year)))
  }

  public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  private static func daysInMonth(_ month: Int64, of year: Int64) -> Int64 {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }
}

extension CalendarDate: CustomStringConvertible {
  /// As in ISO 8601: `2026-11-24`.
  public var description: String { String(start.rfc3339.prefix(10)) }
}
