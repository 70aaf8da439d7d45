import Crypto
import Primitives

extension TokenFormat {
  /// A token that says nothing of the value, but its last four digits where the format has them.
  func random(for value: String, in surroundings: Surroundings) -> String {
    // 32 bytes are more than any format takes.
    token(of: surroundings.randomBytes(32), for: value)
  }

  /// The token that a value always gets under a key.
  /// - Parameter normal: the value in the form in which two of them are the same.
  func deterministic(for value: String, normal: String, under key: SecretBytes) -> String {
    let code = key.withBytes {
      Array(HMAC<SHA256>.authenticationCode(for: Array(normal.utf8), using: SymmetricKey(data: $0)))
    }
    return token(of: code, for: value)
  }

  private func token(of bytes: [UInt8], for value: String) -> String {
    switch self {
    case .uuid: Self.uuid(bytes)
    case .text: "tok_" + Base32.encode(bytes.prefix(16)).lowercased()
    case .email: Base32.encode(bytes.prefix(16)).lowercased() + "@token.invalid"
    case .phone: "+999" + Self.digits(bytes, 12)
    case .card: Self.card("9" + Self.digits(bytes, 14))
    case .cardLastFour:
      // The last four are the card's; the digit before them makes the whole invalid.
      Self.card("9" + Self.digits(bytes, 10), ending: String(value.suffix(4)))
    case .digits: Self.digits(bytes.dropFirst(8), 1, from: 1) + Self.digits(bytes, 17)
    }
  }

  private static func uuid(_ random: [UInt8]) -> String {
    var bytes = Array(random.prefix(16))
    bytes[6] = bytes[6] & 0x0f | 0x40
    bytes[8] = bytes[8] & 0x3f | 0x80
    let text = Hexadecimal.encode(bytes)
    var parts: [Substring] = []
    var rest = text[...]
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }

  /// Decimal digits of 64 bits; of 17 digits none is noticeably likelier than another.
  private static func digits(_ bytes: some Collection<UInt8>, _ count: Int, from first: UInt64 = 0) -> String {
    let number = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if first > 0 { return String(first + number % (10 - first)) }
    let text = String(number % (0..<count).reduce(UInt64(1)) { power, _ in power * 10 })
    return String(repeating: "0", count: count - text.utf8.count) + text
  }

  /// 16 digits of which no test says that they are a card.
  private static func card(_ start: String, ending: String = "") -> String {
    for digit in 0..<10 {
      let number = start + String(digit) + ending
      let padded = number + String(repeating: "0", count: 16 - number.utf8.count)
      if !CardNumber.isValid(Array(padded.utf8)) { return padded }
    }
    return start
  }
}
