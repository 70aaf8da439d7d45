import ArgumentParser
import Shop

/// Which weaknesses the demonstration's shop has.
enum DemoWeaknesses {
  /// A little of everything, as real shops have it.
  private static let usual = [
    "csp-unsafe-inline", "session-cookie-without-httponly", "exposed-repository", "security-txt-missing",
    "admin-without-second-factor", "script-without-integrity", "tls-weak-cipher", "hsts-missing", "version-disclosed",
  ]

  /// - Parameter names: codes, `all` or `none`; the usual ones where there are no names.
  /// - Throws: `ValidationError` for a name that is none.
  static func named(_ names: [String]) throws -> Set<Weakness> {
    var weaknesses: Set<Weakness> = []
    for name in names.isEmpty ? usual : names {
      switch name {
      case "all": weaknesses.formUnion(Weakness.allCases)
      case "none": continue
      default:
        guard let weakness = Weakness(rawValue: name) else {
          throw ValidationError("the shop has no weakness '\(name)'; 'surety serve --list-weaknesses' lists them")
        }
        weaknesses.insert(weakness)
      }
    }
    return weaknesses
  }

  static var list: String {
    let width = Weakness.allCases.map(\.rawValue.count).max() ?? 0
    return Weakness.allCases.map { weakness in
      let name = weakness.rawValue
      return "\(name)\(String(repeating: " ", count: width + 2 - name.count))\(weakness.title)"
    }.joined(separator: "\n")
  }
}
