/// Numbers as pages show them.
enum CountText {
  /// Such as `1 finding`, `18,204 entries`.
  static func words(_ count: some BinaryInteger, _ one: String, _ many: String? = nil) -> String {
    "\(grouped(count)) \(count == 1 ? one : many ?? "\(one)s")"
  }

  /// With a comma before every three digits.
  static func grouped(_ number: some BinaryInteger) -> String {
    let digits = String(number)
    var text = ""
    for (position, digit) in digits.enumerated() {
      if position > 0, (digits.count - position).isMultiple(of: 3) { text += "," }
      text.append(digit)
    }
    return text
  }

  /// A size in bytes, such as `312 bytes`, `14 kB`, `1.4 MB`: a kilobyte has a thousand.
  static func size(_ bytes: Int64) -> String {
    switch bytes {
    case ..<1_000: words(bytes, "byte")
    case ..<1_000_000: "\(bytes / 1_000) kB"
    default: "\(bytes / 1_000_000).\(bytes % 1_000_000 / 100_000) MB"
    }
  }
}
