/// The little of the tar format (POSIX ustar) that a bundle needs: regular files, one after the other, written the same
/// way each time.
enum TarArchive {
  static let blockSize = 512
  /// Two empty blocks.
  static let end = [UInt8](repeating: 0, count: 2 * blockSize)
  /// Eleven octal digits.
  static let largestFile = 0o77_777_777_777

  /// The header of a file.
  /// - Parameter name: at most 99 bytes.
  static func header(name: String, size: Int) -> [UInt8] {
    var header = [UInt8](repeating: 0, count: blockSize)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ value: Int, digits: Int) -> String {
      let text = String(value, radix: 8)
      return String(repeating: "0", count: max(0, digits - text.count)) + text
    }
    put(name, at: 0)
    put("0000644\0", at: 100)
    put("0000000\0", at: 108)
    put("0000000\0", at: 116)
    put(octal(size, digits: 11) + "\0", at: 124)
    put("00000000000\0", at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    let sum = header.reduce(0) { $0 + Int($1) }
    put(octal(sum, digits: 6) + "\0 ", at: 148)
    return header
  }

  /// The zeros that fill the last block of a file.
  static func padding(size: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: (blockSize - size % blockSize) % blockSize)
  }
}

/// Reads an archive from front to back, holding one file at a time. It accepts only what ``TarArchive/header(name:size:)``
/// writes, so that a changed byte is noticed.
struct TarReader {
  private let read: (Int) throws -> [UInt8]
  private let largest: (String) -> Int

  /// - Parameters:
  ///   - largest: how long a file of a name may be, in bytes.
  ///   - read: gives the next bytes, fewer only at the end.
  init(largest: @escaping (String) -> Int, reading read: @escaping (Int) throws -> [UInt8]) {
    self.largest = largest
    self.read = read
  }

  /// The next file; nil at the end of the archive.
  /// - Throws: ``JournalError/malformedBundle(file:reason:)``.
  func next() throws -> (name: String, bytes: [UInt8])? {
    let header = try read(TarArchive.blockSize)
    if header.allSatisfy({ $0 == 0 }), header.count == TarArchive.blockSize {
      guard try read(TarArchive.blockSize).elementsEqual(repeatElement(0, count: TarArchive.blockSize)),
        try read(1).isEmpty
      else { throw malformed("archive", "it does not end with two empty blocks") }
      return nil
    }
    guard header.count == TarArchive.blockSize else { throw malformed("archive", "it ends in the middle") }
    let nameBytes = header.prefix(100).prefix { $0 != 0 }
    guard let name = String(validating: nameBytes, as: UTF8.self), !name.isEmpty, nameBytes.count < 100,
      let size = Int(String(decoding: header[124..<135], as: UTF8.self), radix: 8), size >= 0,
      header == TarArchive.header(name: name, size: size)
    else { throw malformed("archive", "a header is not one that Surety writes") }
    guard size <= largest(name) else { throw malformed(name, "it has \(size) bytes; \(largest(name)) are the most") }
    let bytes = try read(size)
    let padding = TarArchive.padding(size: size)
    guard bytes.count == size, try read(padding.count) == padding else { throw malformed(name, "it is cut off") }
    return (name, bytes)
  }

  private func malformed(_ file: String, _ reason: String) -> JournalError {
    .malformedBundle(file: file, reason: reason)
  }
}
