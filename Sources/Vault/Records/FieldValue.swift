import Primitives

/// The values of fields: as JSON on their way in and out, as text while they are sealed.
enum FieldValue {
  /// The text of a value that a field of a type takes.
  /// - Parameter length: it is no longer, in bytes.
  /// - Throws: ``VaultError/unusableValue(place:reason:)``, ``VaultError/forbidden(place:reason:)``.
  static func text(
    _ value: JSON, of type: FieldType, length: Int, at place: @autoclosure () -> String
  ) throws(VaultError) -> String {
    let text: String
    switch (type, value) {
    case (.boolean, .bool(let flag)): text = flag ? "true" : "false"
    case (.number, .integer(let number)): text = String(number)
    case (.address, .object(let parts)): text = try address(parts, at: place())
    case (.boolean, _): throw .unusableValue(place: place(), reason: "true or false is expected")
    case (_, .string(let string)): text = try checked(string, of: type, at: place())
    default: throw .unusableValue(place: place(), reason: "\(expected(type)) is expected")
    }
    guard text.utf8.count <= length else {
      throw .unusableValue(place: place(), reason: "it is longer than the \(length) bytes that the data map allows")
    }
    return text
  }

  private static func expected(_ type: FieldType) -> String {
    switch type {
    case .text: "text"
    case .email: "an e-mail address"
    case .phone: "a phone number, such as +49 30 1234567"
    case .date: "a day, such as 1990-04-30"
    case .address: "an address: text, or parts with names"
    case .number: "a number; one with a fraction as text, such as \"12.50\""
    case .boolean: "true or false"
    case .card: "a card number"
    case .document: "an upload, by the way for documents,"
    }
  }

  private static func checked(
    _ string: String, of type: FieldType, at place: @autoclosure () -> String
  ) throws(VaultError) -> String {
    let (hasNUL, digits) = glance(at: string)
    guard !hasNUL else { throw .unusableValue(place: place(), reason: "there is a NUL in it") }
    if type == .card {
      guard let number = CardNumber(string) else {
        throw .unusableValue(place: place(), reason: "this is not the number of a payment card")
      }
      return number.digits
    }
    // Nothing else takes what only a card field may hold, and nothing at all takes a verification code.
    guard digits < VerificationCode.fewestDigits || !VerificationCode.isSaid(in: string) else {
      throw .forbidden(
        place: place(), reason: "this says a card verification code, which is never stored (PCI DSS 3.3.1)")
    }
    if type == .text || type == .address, digits >= CardNumber.fewestDigits, CardNumber.isSaid(in: string) {
      throw .forbidden(
        place: place(), reason: "this says a card number, which only a field of the type card takes (PCI DSS 3.5.1)")
    }
    let isUsable =
      switch type {
      case .text, .address: true
      case .email: EmailAddress.isUsable(string)
      case .phone: PhoneNumber.normal(string) != nil
      case .date: CalendarDate(string) != nil
      case .number: isDecimal(string)
      case .boolean, .card, .document: false
      }
    guard isUsable else { throw .unusableValue(place: place(), reason: "\(expected(type)) is expected") }
    return string
  }

  /// What one look over a text's bytes tells. Most texts have too few digits for what is not to be said in them.
  private static func glance(at text: String) -> (hasNUL: Bool, digits: Int) {
    var text = text
    return text.withUTF8 { bytes in
      var (zeros, digits) = (0, 0)
      for byte in bytes {
        zeros &+= byte == 0 ? 1 : 0
        digits &+= byte.isDigit ? 1 : 0
      }
      return (zeros > 0, digits)
    }
  }

  private static func address(_ parts: [String: JSON], at place: String) throws(VaultError) -> String {
    for (name, value) in parts {
      guard name.utf8.count <= 60, case .string(let text) = value, !glance(at: text).hasNUL else {
        throw .unusableValue(place: place, reason: "an address has parts of text under names of 60 bytes at most")
      }
      guard !VerificationCode.isNamed(name), !VerificationCode.isSaid(in: text), !CardNumber.isSaid(in: text) else {
        throw .forbidden(place: place, reason: "card data does not belong into an address")
      }
    }
    return String(decoding: JSON.object(parts).canonicalBytes, as: UTF8.self)
  }

  private static func isDecimal(_ text: String) -> Bool {
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    return (1...2).contains(parts.count) && digits.utf8.count <= 60
      && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(\.isDigit) }
  }

  /// As it is given to whoever reads.
  static func json(_ text: String, of type: FieldType) -> JSON {
    switch type {
    case .boolean: .bool(text == "true")
    case .number: Int64(text).flatMap { abs($0) <= JSON.largestInteger ? .integer($0) : nil } ?? .string(text)
    case .address: text.hasPrefix("{") ? JSON(canonical: Array(text.utf8)) ?? .string(text) : .string(text)
    default: .string(text)
    }
  }

  /// What is shown to whoever may not see it whole.
  static func masked(_ text: String, of type: FieldType) -> String {
    switch type {
    // PCI DSS 4.0.1, requirement 3.4.1: the first six and the last four at most.
    case .card: CardNumber(text)?.masked ?? "****"
    case .email: EmailAddress.masked(text)
    case .phone: "***" + text.suffix(2)
    case .text where text.count > 8: text.prefix(1) + "***"
    default: "***"
    }
  }

  /// The form in which two values are the same to a search; nil for a value that cannot be searched for.
  static func normal(_ text: String, of type: FieldType) -> String? {
    switch type {
    case .email: EmailAddress.normal(text)
    case .phone: PhoneNumber.normal(text)
    case .card: CardNumber(text)?.digits
    case .text, .address: Self.folded(text)
    case .date, .number, .boolean: text
    case .document: nil
    }
  }

  /// Without regard to case, and to white space at the ends and in rows.
  private static func folded(_ text: String) -> String {
    text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
