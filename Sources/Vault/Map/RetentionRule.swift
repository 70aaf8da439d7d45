public import Primitives

/// How long data is needed for a purpose: a period of the calendar, from a moment.
public struct RetentionRule: Hashable, Sendable {
  /// From when it counts.
  public enum Start: Hashable, Sendable {
    /// Since the record was put there.
    case collected
    /// Since the record was changed last.
    case changed
    /// Since something happened to the subject, such as `account-closed`; while it has not, the data is needed.
    case event(String)
    /// From the day in a field of the same record.
    case field(String)
  }

  /// Calendar months and days, of which one is zero: `P2Y` is 24 months.
  public struct Period: Hashable, Sendable {
    public let months: Int
    public let days: Int

    /// Reads an ISO 8601 duration of years, months, weeks and days, such as `P2Y` or `P30D`; nil for anything else.
    public init?(_ text: some StringProtocol) {
      guard text.utf8.count <= 12, text.hasPrefix("P"), text.utf8.count > 2 else { return nil }
      var (months, days, digits) = (0, 0, "")
      var units: [Character] = ["Y", "M", "W", "D"]
      for character in text.dropFirst() {
        if character.isASCII, character.isNumber {
          digits.append(character)
          continue
        }
        guard let unit = units.firstIndex(of: character), let number = Int(digits), number <= 36_500 else { return nil }
        switch units[unit] {
        case "Y": months += number * 12
        case "M": months += number
        case "W": days += number * 7
        default: days += number
        }
        units.removeFirst(unit + 1)
        digits = ""
      }
      guard digits.isEmpty, months <= 1_200, days <= 36_500 else { return nil }
      (self.months, self.days) = (months, days)
    }

    /// The moment after the period, in UTC; a month that is too short ends on its last day.
    public func end(from start: Instant) -> Instant {
      let day = CalendarDate(at: start)
      return day.adding(months: Int64(months)).start.advanced(by: start.since(day.start))
        .advanced(by: .seconds(Int64(days) * 86_400))
    }
  }

  public let start: Start
  public let period: Period
}
