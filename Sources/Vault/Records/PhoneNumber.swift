/// Phone numbers in the form of E.164.
enum PhoneNumber {
  /// `+` and 7 to 15 digits; nil for a number without its country, which could be anybody's.
  static func normal(_ text: String) -> String? {
    guard text.utf8.count <= 40 else { return nil }
    var digits = ""
    var isInternational = false
    for character in text.utf8 {
      switch character {
      case UInt8(ascii: "+") where digits.isEmpty && !isInternational: isInternational = true
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.unicodeScalars.append(Unicode.Scalar(character))
      case UInt8(ascii: " "), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "("),
        UInt8(ascii: ")"):
        continue
      default: return nil
      }
    }
    if !isInternational, digits.hasPrefix("00") {
      digits.removeFirst(2)
      isInternational = true
    }
    guard isInternational, (7...15).contains(digits.utf8.count), !digits.hasPrefix("0") else { return nil }
    return "+" + digits
  }
}
