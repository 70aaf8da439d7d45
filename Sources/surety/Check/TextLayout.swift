import Foundation

/// Lays text out for a terminal.
enum TextLayout {
  /// As wide as the terminal, within what can be read; 100 columns where there is none.
  static var terminalWidth: Int {
    var size = winsize()
    let isKnown = ioctl(1, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    let environment = ProcessInfo.processInfo.environment["COLUMNS"].flatMap { Int($0) }
    return min(max(isKnown ? Int(size.ws_col) : environment ?? 100, 40), 120)
  }

  /// Without what would move a terminal's cursor, change its colours or turn its text around.
  static func plain(_ text: String) -> String {
    var plain = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        plain.append(scalar == "\n" || scalar == "\t" ? " " : "\u{fffd}")
      default: plain.append(scalar)
      }
    }
    return String(plain)
  }

  /// How many columns a text takes.
  static func columns(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.reduce(0) { $0 + columns($1) }
  }

  private static func columns(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format, .control: return 0
    default: break
    }
    switch scalar.value {
    case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0xa4cf, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe30...0xfe6f,
      0xff00...0xff60, 0xffe0...0xffe6, 0x1f300...0x1faff, 0x20000...0x3fffd:
      return 2
    default: return 1
    }
  }

  /// Cut off with an ellipsis where it is longer.
  static func cut(_ text: String, to width: Int) -> String {
    guard columns(text) > width else { return text }
    var (short, used) = ("", 0)
    for character in text {
      let next = columns(String(character))
      guard used + next < width else { break }
      short.append(character)
      used += next
    }
    return short + "…"
  }

  /// Filled up with spaces.
  static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - columns(text)))
  }

  /// Lines no wider than `width`, which begin at a column.
  static func wrapped(_ text: String, at column: Int, width: Int) -> [String] {
    let room = max(20, width - column)
    var lines: [String] = []
    var line = ""
    for word in plain(text).split(separator: " ") {
      if !line.isEmpty, columns(line) + 1 + columns(word) > room {
        lines.append(line)
        line = ""
      }
      line += line.isEmpty ? word : " \(word)"
    }
    return lines + [line]
  }
}

/// Colours, where they are wanted.
struct Paint {
  enum Ink: String {
    case red = "31", green = "32", yellow = "33", violet = "35", bold = "1", faint = "2"
  }

  let isColoured: Bool

  /// A terminal that can show colours, and nobody who asks for none (no-color.org).
  static var standardOutputIsColoured: Bool {
    let environment = ProcessInfo.processInfo.environment
    return isatty(1) == 1 && environment["NO_COLOR"]?.isEmpty ?? true && environment["TERM"] != "dumb"
  }

  func callAsFunction(_ text: String, _ inks: Ink...) -> String {
    guard isColoured, !inks.isEmpty else { return text }
    return "\u{1b}[\(inks.map(\.rawValue).joined(separator: ";"))m\(text)\u{1b}[0m"
  }
}
