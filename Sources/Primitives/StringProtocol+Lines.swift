extension StringProtocol {
  /// The lines of a text in which each line ends with a newline; nil when the last one does not.
  ///
  /// Split at bytes, not at characters: to Swift a carriage return and a newline are one character, which a format that
  /// knows only newlines must not take for one.
  package var terminatedLines: [Substring]? {
    var lines = Substring(self).utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    guard lines.count > 1, lines.removeLast().isEmpty else { return nil }
    return lines.map { Substring($0) }
  }
}
