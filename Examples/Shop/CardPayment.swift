/// A payment with a card. The shop is for trying things out: it takes the numbers that payment services give out for
/// tests and no real card.
struct CardPayment: Sendable {
  /// Why a card is not taken.
  enum Obstacle: Error {
    case noCardNumber
    case realCard
    case declined
    case runOut
    case noVerificationCode

    var text: String {
      switch self {
      case .noCardNumber: "That is not a card number: a digit is missing or wrong."
      case .realCard: "This shop is for trying out and takes test cards only. Nothing was kept of your card."
      case .declined: "The card was declined. Try another one."
      case .runOut: "Write the month in which the card runs out as MM/YY; it must not be over."
      case .noVerificationCode: "The security code has three or four digits."
      }
    }
  }

  /// Numbers of which everybody knows that nobody owns them.
  private static let accepted: Set<String> = ["4242424242424242", "5555555555554444", "378282246310005"]
  private static let declined: Set<String> = ["4000000000000002"]

  /// All that is kept.
  let lastFour: String

  /// - Throws: ``Obstacle``.
  init(number: String, runsOut: String, verification: String, at now: UTCTime) throws(Obstacle) {
    let digits = number.filter { $0 != " " && $0 != "-" }
    guard (13...19).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }),
      Self.hasRightSum(digits)
    else { throw .noCardNumber }
    guard !Self.declined.contains(digits) else { throw .declined }
    guard Self.accepted.contains(digits) else { throw .realCard }
    let parts = runsOut.split(separator: "/").compactMap { Int($0.filter { $0 != " " }) }
    guard parts.count == 2, (1...12).contains(parts[0]), (0...99).contains(parts[1]),
      (2_000 + parts[1]) * 100 + parts[0] >= now.yearAndMonth
    else { throw .runOut }
    guard (3...4).contains(verification.utf8.count), verification.utf8.allSatisfy({ (48...57).contains($0) }) else {
      throw .noVerificationCode
    }
    lastFour = String(digits.suffix(4))
  }

  /// Luhn's sum (ISO/IEC 7812-1).
  private static func hasRightSum(_ digits: String) -> Bool {
    let sum = digits.utf8.reversed().enumerated().reduce(0) { sum, item in
      let digit = Int(item.element) - 48
      let doubled = item.offset % 2 == 1 ? digit * 2 : digit
      return sum + (doubled > 9 ? doubled - 9 : doubled)
    }
    return sum % 10 == 0
  }
}
