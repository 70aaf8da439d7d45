import Primitives

extension JSON {
  /// The value over several lines, for people: members sorted, two spaces for each depth.
  var laidOut: String {
    var text = ""
    lay(out: &text, depth: 0)
    return text
  }

  private func lay(out text: inout String, depth: Int) {
    switch self {
    case .array(let elements) where !elements.isEmpty:
      Self.lay(out: &text, depth, "[", "]", elements) { element, text in element.lay(out: &text, depth: depth + 1) }
    case .object(let members) where !members.isEmpty:
      Self.lay(out: &text, depth, "{", "}", members.sorted { $0.key < $1.key }) { member, text in
        text += "\(JSON.string(member.key).line): "
        member.value.lay(out: &text, depth: depth + 1)
      }
    default: text += line
    }
  }

  private static func lay<Part>(
    out text: inout String, _ depth: Int, _ opening: String, _ closing: String, _ parts: [Part],
    _ write: (Part, inout String) -> Void
  ) {
    text += opening
    for (position, part) in parts.enumerated() {
      text += "\(position == 0 ? "" : ",")\n\(String(repeating: "  ", count: depth + 1))"
      write(part, &text)
    }
    text += "\n\(String(repeating: "  ", count: depth))\(closing)"
  }

  private var line: String { String(decoding: canonicalBytes, as: UTF8.self) }
}
