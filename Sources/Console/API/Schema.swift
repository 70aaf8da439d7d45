import Primitives

/// The shape of a JSON value, as OpenAPI 3.1 says it (JSON Schema 2020-12).
indirect enum Schema: Sendable {
  case text(String)
  case choice([String], String)
  case integer(String)
  case boolean(String)
  /// RFC 3339, in UTC.
  case time(String)
  case nullable(Schema)
  case list(Schema, String)
  case object([Member], String)
  /// Values of one shape under names that are not fixed.
  case map(Schema, String)
  /// Anything.
  case any(String)

  struct Member: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool
  }

  static func member(_ name: String, _ schema: Schema) -> Member {
    Member(name: name, schema: schema, isRequired: true)
  }

  static func optional(_ name: String, _ schema: Schema) -> Member {
    Member(name: name, schema: schema, isRequired: false)
  }

  /// A page of a list, with the cursor of the next.
  static func page(of item: Schema) -> Schema {
    .object(
      [
        member("items", .list(item, "The items of this page.")),
        member("next", .nullable(.text("Give it as `after` to get the next page; null on the last."))),
      ], "A page of a list.")
  }

  /// As it stands in the document.
  var json: JSON {
    switch self {
    case .text(let meaning): ["type": "string", "description": .string(meaning)]
    case .choice(let choices, let meaning):
      ["type": "string", "enum": .array(choices.map { .string($0) }), "description": .string(meaning)]
    case .integer(let meaning): ["type": "integer", "description": .string(meaning)]
    case .boolean(let meaning): ["type": "boolean", "description": .string(meaning)]
    case .time(let meaning): ["type": "string", "format": "date-time", "description": .string(meaning)]
    case .nullable(let schema): ["anyOf": [schema.json, ["type": "null"]]]
    case .list(let item, let meaning): ["type": "array", "items": item.json, "description": .string(meaning)]
    case .object(let members, let meaning):
      [
        "type": "object", "description": .string(meaning),
        "properties": .object(
          Dictionary(members.map { ($0.name, $0.schema.json) }, uniquingKeysWith: { $1 })),
        "required": .array(members.filter(\.isRequired).map { .string($0.name) }), "additionalProperties": false,
      ]
    case .map(let item, let meaning):
      ["type": "object", "additionalProperties": item.json, "description": .string(meaning)]
    case .any(let meaning): ["description": .string(meaning)]
    }
  }

  /// What keeps a value from having this shape, with where; nil when it has it.
  func fault(of value: JSON, at place: String = "") -> String? {
    let here = place.isEmpty ? "the body" : place
    switch (self, value) {
    case (.any, _), (.text, .string), (.integer, .integer), (.boolean, .bool): return nil
    case (.nullable, .null): return nil
    case (.nullable(let schema), _): return schema.fault(of: value, at: place)
    case (.choice(let choices, _), .string(let text)):
      return choices.contains(text) ? nil : "\(here) is none of \(choices.joined(separator: ", "))"
    case (.time, .string(let text)):
      return Instant(rfc3339: text) == nil ? "\(here) is not a time such as 2026-11-24T20:15:00Z" : nil
    case (.list(let item, _), .array(let items)):
      for (index, element) in items.enumerated() {
        if let fault = item.fault(of: element, at: "\(place)[\(index)]") { return fault }
      }
      return nil
    case (.map(.any, _), .object): return nil
    case (.map(let item, _), .object(let values)):
      for (name, value) in values {
        if let fault = item.fault(
          of: value, at: place.isEmpty ? String(name.prefix(60)) : "\(place).\(name.prefix(60))")
        {
          return fault
        }
      }
      return nil
    case (.object(let members, _), .object(let values)): return Self.fault(of: values, members, here, place)
    default: return "\(here) has the wrong type"
    }
  }

  private static func fault(
    of values: [String: JSON], _ members: [Member], _ here: String, _ place: String
  ) -> String? {
    if let stray = values.keys.sorted().first(where: { name in !members.contains { $0.name == name } }) {
      return "\(here) has a member '\(stray.prefix(60))' that is not known"
    }
    for member in members {
      guard let value = values[member.name] else {
        if member.isRequired { return "\(here) lacks '\(member.name)'" }
        continue
      }
      let path = place.isEmpty ? member.name : "\(place).\(member.name)"
      if let fault = member.schema.fault(of: value, at: path) { return fault }
    }
    return nil
  }
}
