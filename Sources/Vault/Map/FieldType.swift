/// What a field holds. It decides which values are taken, and in which form two of them are the same.
public enum FieldType: String, CaseIterable, Sendable {
  case text
  case email
  /// Compared as E.164.
  case phone
  /// A day, as in ISO 8601.
  case date
  /// A street, a place and so on, under names of the shop's choice.
  case address
  /// Whole, or with a fraction written as text, so that nothing is rounded.
  case number
  case boolean
  /// A payment card's number. Nothing but such a field takes one.
  case card
  /// A file, kept in pieces.
  case document

  /// How many different values it has in practice, as a power of two: what a blind index can tell apart at most. An
  /// estimate, for the planner, that a map may correct with `domain_bits`.
  var domainBits: Int {
    switch self {
    case .text: 20
    case .email: 32
    case .phone: 32
    // A hundred years of days.
    case .date: 15
    case .address: 27
    case .number: 20
    case .boolean: 1
    case .card: 40
    case .document: 0
    }
  }

  /// Whether a value is a string in JSON, and just the text that is stored.
  var isString: Bool {
    switch self {
    case .text, .email, .phone, .date, .card, .document: true
    case .address, .number, .boolean: false
    }
  }

  /// What fideslang's `data_type` says of it.
  init?(dataType: String) {
    switch dataType.hasSuffix("[]") ? String(dataType.dropLast(2)) : dataType {
    case "string", "object_id": self = .text
    case "integer", "float": self = .number
    case "boolean": self = .boolean
    case "object": self = .address
    default: return nil
    }
  }
}
