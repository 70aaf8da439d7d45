/// A payment card's number: 12 to 19 digits of which the last checks the others (ISO/IEC 7812-1, annex B).
struct CardNumber: Hashable, Sendable {
  /// Without spaces.
  let digits: String

  /// Reads a number with spaces or hyphens between its groups; nil for what is none.
  init?(_ text: String) {
    guard text.utf8.count <= 40,
      text.utf8.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "-") })
    else { return nil }
    let digits = text.utf8.filter(\.isDigit)
    guard (12...19).contains(digits.count), digits.first != UInt8(ascii: "0"), Self.isValid(digits) else { return nil }
    self.digits = String(decoding: digits, as: UTF8.self)
  }

  /// The first six and the last four.
  var masked: String { digits.prefix(6) + String(repeating: "*", count: digits.utf8.count - 10) + digits.suffix(4) }

  static func isValid(_ digits: some BidirectionalCollection<UInt8>) -> Bool {
    var (sum, isDoubled) = (0, false)
    for digit in digits.reversed() {
      let value = Int(digit - UInt8(ascii: "0")) * (isDoubled ? 2 : 1)
      sum += value > 9 ? value - 9 : value
      isDoubled.toggle()
    }
    return sum.isMultiple(of: 10)
  }

  /// No text with fewer says one that a scheme gives out.
  static let fewestDigits = 13

  /// Whether a text says a number that a scheme gives out: of the right beginning and length, and valid. Other rows of
  /// digits that happen to be valid are left alone.
  /// - Complexity: O(length).
  static func isSaid(in text: String) -> Bool {
    var digits: [UInt8] = []
    var wasDigit = false
    for byte in text.utf8 {
      if byte.isDigit {
        digits.append(byte)
        wasDigit = true
      } else if wasDigit, byte == UInt8(ascii: " ") || byte == UInt8(ascii: "-") {
        wasDigit = false
      } else {
        if isScheme(digits) { return true }
        digits.removeAll(keepingCapacity: true)
        wasDigit = false
      }
    }
    return isScheme(digits)
  }

  /// Visa, Mastercard, American Express, Discover, JCB, Diners Club, UnionPay by their published ranges.
  private static func isScheme(_ digits: [UInt8]) -> Bool {
    guard (fewestDigits...19).contains(digits.count) else { return false }
    let four = digits.prefix(4).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    let lengths: ClosedRange<Int>
    switch four {
    case 4_000...4_999: lengths = 13...19
    case 5_100...5_599, 2_221...2_720: lengths = 16...16
    case 3_400...3_499, 3_700...3_799: lengths = 15...15
    case 6_011, 6_440...6_599, 3_528...3_589, 6_200...6_299: lengths = 16...19
    case 3_000...3_059, 3_095, 3_600...3_699, 3_800...3_999: lengths = 14...19
    default: return false
    }
    return lengths.contains(digits.count) && isValid(digits)
  }
}
