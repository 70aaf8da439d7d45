import Journal
import Obligations
import Primitives

/// What an entry says, in a line, and what it is about.
enum EntryFacts {
  /// No value is longer in a line than this, in characters.
  private static let longest = 80

  /// Nil for an entry that states no facts.
  static func line(of entry: Entry) -> String? {
    func fact(_ name: String) -> String { cut(entry.facts[name] ?? .null) }
    switch entry.kind.name {
    case "check.observed": return "\(fact("check")) at \(fact("target")): \(fact("outcome"))"
    case "check.requested": return "\(fact("check")) at \(fact("target"))"
    case "check.failing", "check.recovered":
      return "\(fact("check")) at \(fact("target")), \(fact("failures")) failures in a row"
    case "standing.changed": return "\(fact("subject")): \(fact("was")) → \(fact("became"))"
    case "control.attested": return "\(fact("control")) until \(day(entry.facts["expires"]))"
    case "exception.granted": return "\(fact("subject")) until \(day(entry.facts["ends"]))"
    default:
      guard !entry.facts.isEmpty else { return nil }
      return entry.facts.sorted { $0.key < $1.key }.prefix(6).map { "\($0.key) \(cut($0.value))" }
        .joined(separator: ", ")
    }
  }

  private static func cut(_ value: JSON) -> String {
    let text = value.text ?? String(decoding: value.canonicalBytes, as: UTF8.self)
    return text.count > longest ? "\(text.prefix(longest))…" : text
  }

  private static func day(_ value: JSON?) -> String {
    value?.text.flatMap { Instant(rfc3339: $0) }.map { TimeText.day($0) } ?? cut(value ?? .null)
  }

  /// Where the console shows what an entry is about; nil where it does not.
  static func related(to entry: Entry) -> LinkText? {
    func link(_ words: String, _ path: String, _ fact: String) -> LinkText? {
      entry.facts[fact]?.text.map { LinkText(words: words, href: "/\(path)/\(Routes.encoded($0))") }
    }
    switch entry.kind.name {
    case "check.observed": return link("The observation that it records", "observations", "observation")
    case "control.attested", "attestation.withdrawn": return link("The attestation", "attestations", "attestation")
    case "exception.granted", "exception.ended": return link("The exception", "exceptions", "exception")
    case "profile.changed", "suppliers.changed", "settings.changed":
      return LinkText(words: "The settings", href: "/settings")
    case "check.requested", "check.failing", "check.recovered":
      guard let check = entry.facts["check"]?.text, let target = entry.facts["target"]?.text else { return nil }
      return LinkText(words: "The check", href: CheckLook.href(Code(check), at: target))
    case "standing.changed": return subject(of: entry)
    default: return nil
    }
  }

  private static func subject(of entry: Entry) -> LinkText? {
    let parts = (entry.facts["subject"]?.text ?? "").split(separator: ":", maxSplits: 1).map { String($0) }
    guard parts.count == 2 else { return nil }
    switch parts[0] {
    case "duty": return LinkText(words: "The duty \(parts[1])", href: "/duties/\(Routes.encoded(parts[1]))")
    case "requirement":
      return LinkText(words: "The requirement \(parts[1])", href: "/requirements/\(Routes.encoded(parts[1]))")
    default: return nil
    }
  }
}
