extension Instant {
  /// RFC 3339 text in UTC with six fractional digits, such as `2026-11-24T02:12:00.123456Z`.
  ///
  /// Years outside 0000 to 9999 are written with as many digits as they need, which RFC 3339 does not know;
  /// no product path makes such an instant.
  public var rfc3339: String { String(decoding: rfc3339Bytes, as: UTF8.self) }

  /// The bytes of ``rfc3339``.
  package var rfc3339Bytes: [UInt8] {
    let (days, microsecondOfDay) = microseconds.dividedTowardsPast(by: 86_400_000_000)
    let date = CalendarDate(daysSinceEpoch: days)
    let secondOfDay = microsecondOfDay / 1_000_000
    var text: [UInt8] = []
    text.reserveCapacity(27)
    text.appendDigits(date.year, width: 4)
    text.append(UInt8(ascii: "-"))
    text.appendDigits(date.month, width: 2)
    text.append(UInt8(ascii: "-"))
    text.appendDigits(date.day, width: 2)
    text.append(UInt8(ascii: "T"))
    text.appendDigits(secondOfDay / 3_600, width: 2)
    text.append(UInt8(ascii: ":"))
    text.appendDigits(secondOfDay / 60 % 60, width: 2)
    text.append(UInt8(ascii: ":"))
    text.appendDigits(secondOfDay % 60, width: 2)
    text.append(UInt8(ascii: "."))
    text.appendDigits(microsecondOfDay % 1_000_000, width: 6)
    text.append(UInt8(ascii: "Z"))
    return text
  }

  /// Reads RFC 3339 text (section 5.6) with any offset and up to nine fractional digits; what is finer than a
  /// microsecond is cut off. Returns nil for anything else, a leap second (`:60`) included.
  public init?(rfc3339 text: some StringProtocol) {
    var reader = DigitReader(bytes: Array(text.utf8))
    guard let year = reader.number(digits: 4), reader.take("-"),
      let month = reader.number(digits: 2), reader.take("-"),
      let day = reader.number(digits: 2), reader.take("T") || reader.take("t"),
      let hour = reader.number(digits: 2), reader.take(":"), hour < 24,
      let minute = reader.number(digits: 2), reader.take(":"), minute < 60,
      let second = reader.number(digits: 2), second < 60,
      let days = CalendarDate(year: year, month: month, day: day).daysSinceEpoch
    else { return nil }
    var fraction: Int64 = 0
    if reader.take(".") {
      guard let digits = reader.fraction() else { return nil }
      fraction = digits
    }
    guard let offset = reader.offsetSeconds(), reader.isAtEnd else { return nil }
    let secondsOfDay = hour * 3_600 + minute * 60 + second - offset
    self.init(microseconds: (days * 86_400 + secondsOfDay) * 1_000_000 + fraction)
  }
}

extension [UInt8] {
  /// Appends a non-negative number in decimal, with leading zeros up to `width`.
  package mutating func appendDigits(_ number: Int64, width: Int) {
    let digits = String(number).utf8
    for _ in 0..<Swift.max(0, width - digits.count) { append(UInt8(ascii: "0")) }
    append(contentsOf: digits)
  }
}

/// Reads the fixed-width digits of a timestamp.
private struct DigitReader {
  let bytes: [UInt8]
  var position = 0

  init(bytes: [UInt8]) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  mutating func number(digits: Int) -> Int64? {
    guard position + digits <= bytes.count else { return nil }
    var value: Int64 = 0
    for byte in bytes[position..<position + digits] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      value = value * 10 + Int64(byte - UInt8(ascii: "0"))
    }
    position += digits
    return value
  }

  /// One to nine digits after the point, as microseconds.
  mutating func fraction() -> Int64? {
    var value: Int64 = 0
    var count = 0
    while count < 9, let digit = number(digits: 1) {
      if count < 6 { value = value * 10 + digit }
      count += 1
    }
    guard count > 0 else { return nil }
    for _ in min(count, 6)..<6 { value *= 10 }
    return value
  }

  /// `Z` or `±hh:mm`, in seconds east of UTC.
  mutating func offsetSeconds() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let sign: Int64
    if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return nil }
    guard let hours = number(digits: 2), hours < 24, take(":"), let minutes = number(digits: 2), minutes < 60
    else { return nil }
    return sign * (hours * 3_600 + minutes * 60)
  }
}
