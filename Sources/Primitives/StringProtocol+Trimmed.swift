extension StringProtocol {
  /// Without white space at both ends.
  package var trimmed: String {
    // Nearly always there is none.
    let isBare = utf8.withContiguousStorageIfAvailable { bytes in
      guard let first = bytes.first, let last = bytes.last else { return true }
      return (0x21...0x7e).contains(first) && (0x21...0x7e).contains(last)
    }
    if isBare == true { return String(self) }
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
