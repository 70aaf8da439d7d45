import Obligations
import Primitives

/// The checks there are, for people and for programs.
struct CheckList {
  let checks: [any Check]
  let catalogue: Catalogue

  func text(as format: CheckFormat) -> String {
    guard format == .json else {
      let width = checks.map(\.code.text.count).max() ?? 0
      return checks.map { check in
        let name = check.code.text
        let duties = catalogue.duties(behind: check.code).map(\.code.text).joined(separator: ", ")
        return "\(name)\(String(repeating: " ", count: width + 2 - name.count))\(duties)  \(check.title)"
      }.joined(separator: "\n")
    }
    let list = checks.map { check in
      JSON.object([
        "check": .string(check.code.text), "title": .string(check.title),
        "duties": .array(catalogue.duties(behind: check.code).map { .string($0.code.text) }),
        "requirements": .array(catalogue.requirements(behind: check.code).map { .string($0.1.code.text) }),
        "intervalSeconds": .integer(check.interval.components.seconds),
        "validitySeconds": .integer(check.validity.components.seconds),
      ])
    }
    return String(decoding: JSON.array(list).canonicalBytes, as: UTF8.self)
  }
}
