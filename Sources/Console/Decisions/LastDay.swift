import Obligations
import Primitives

/// The days on which something that is signed today may end. It ends with the day, in UTC.
struct LastDay: Sendable {
  let earliest: CalendarDate
  let latest: CalendarDate
  private let limit: Instant

  /// - Parameter longest: how long it may run.
  init(within longest: Period, from now: Instant) {
    limit = longest.after(now)
    earliest = CalendarDate(at: now.advanced(by: .seconds(86_400)))
    latest = CalendarDate(at: limit)
  }

  /// What was typed, or what is wrong with it.
  enum Reading {
    case end(Instant)
    case wrong(String)
  }

  /// - Parameter what: what ends, such as `The statement`.
  func read(_ text: String, of what: String) -> Reading {
    guard let day = CalendarDate(text) else { return .wrong("Give the day as \(latest): year, month and day.") }
    guard day >= earliest else { return .wrong("\(what) must end after today.") }
    guard day <= latest else { return .wrong("\(what) must end by \(TimeText.day(latest)).") }
    // On the last day the span itself ends first.
    return .end(min(day.start.advanced(by: .seconds(86_399)), limit))
  }
}
