/// The three or four digits on a card that may not be stored, not even sealed (PCI DSS 4.0.1, requirement 3.3.1).
enum VerificationCode {
  private static let names: Set<String> = [
    "cvv", "cvv2", "cvc", "cvc2", "cid", "cav", "cav2", "csc", "cvn", "cardverificationcode", "cardverificationvalue",
    "cardsecuritycode", "securitycode", "verificationcode", "cardcode", "cardcvv", "cardcvc",
  ]

  /// No text with fewer says one.
  static let fewestDigits = 3

  private static let saidNames = ["cvv2", "cvc2", "cvv", "cvc", "cid", "csc", "cvn"]

  /// Whether a field is called so.
  static func isNamed(_ name: String) -> Bool {
    names.contains(String(name.lowercased().filter { $0.isLetter || $0.isNumber }))
  }

  /// Whether a text says one, such as `CVC: 123`: a name, a few signs, and three or four digits.
  /// - Complexity: O(length).
  static func isSaid(in text: some StringProtocol) -> Bool {
    var text = String(text)
    return text.withUTF8 { isSaid(in: $0) }
  }

  private static func isSaid(in bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard bytes.count >= 6 else { return false }
    // Every name begins a word, and with a c and a v, an i or an s.
    for start in 0..<bytes.count - 5 where bytes[start] | 0x20 == UInt8(ascii: "c") {
      switch bytes[start + 1] | 0x20 {
      case UInt8(ascii: "v"), UInt8(ascii: "i"), UInt8(ascii: "s"): break
      default: continue
      }
      if start > 0, bytes[start - 1].isLetterOrDigit { continue }
      let end = start + bytes[start...].prefix(while: \.isLetterOrDigit).count
      if end - start >= 3, let rest = afterName(bytes[start..<end]), isCode(in: bytes, at: start + rest, end) {
        return true
      }
    }
    return false
  }

  /// Whether three or four digits stand behind a name: `cvc123`, or `cvc` with a few signs before them.
  /// - Parameter end: where the word ends that the name begins.
  private static func isCode(in bytes: UnsafeBufferPointer<UInt8>, at position: Int, _ end: Int) -> Bool {
    var position = position
    if position == end {
      position = min(bytes.count, end + bytes[end...].prefix(4).prefix { !$0.isLetterOrDigit }.count)
    }
    let digits = bytes[position...].prefix { $0.isDigit }
    let after = position + digits.count
    return (3...4).contains(digits.count) && (after == bytes.count || !bytes[after].isLetterOrDigit)
  }

  /// How long the name is with which a word begins; nil when it begins with none.
  private static func afterName(_ word: Slice<UnsafeBufferPointer<UInt8>>) -> Int? {
    for name in saidNames where word.count >= name.utf8.count {
      guard zip(word, name.utf8).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
      let rest = word.dropFirst(name.utf8.count)
      if rest.isEmpty || rest.allSatisfy(\.isDigit) { return name.utf8.count }
    }
    return nil
  }
}

extension UInt8 {
  var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  var isLetterOrDigit: Bool { isDigit || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) || self >= 0x80 }
}
