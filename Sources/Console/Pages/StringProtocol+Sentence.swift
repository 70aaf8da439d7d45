extension StringProtocol {
  /// As a sentence that stands alone: with a capital letter, and an end. What the rooms say of errors begins small, because
  /// it also stands behind a file's name or a command's.
  var sentence: String { prefix(1).uppercased() + dropFirst() + (hasSuffix(".") ? "" : ".") }
}
