/// What a token looks like, so that it fits into the column in which the shop had the value.
public enum TokenFormat: String, CaseIterable, Sendable {
  /// A UUID (RFC 9562, version 4), 36 characters.
  case uuid
  /// `tok_` and 26 letters and digits.
  case text
  /// An address that no mail reaches (RFC 2606): 26 letters and digits at `token.invalid`.
  case email
  /// `+999`, which is no country, and 12 digits: E.164's 15 in all.
  case phone
  /// 16 digits. They begin with 9, which no card scheme has, and fail the Luhn test, so that nothing takes them for a
  /// card.
  case card
  /// As ``card``, with the card's own last four digits.
  case cardLastFour = "card-last-four"
  /// 18 digits, the first of them not zero: fits a signed 64-bit column.
  case digits
}
