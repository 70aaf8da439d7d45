import Foundation

/// Looks for many values in a file at once, a piece at a time.
struct ValueSearch {
  /// Shorter values stand in any file by chance.
  static let shortest = 10
  private static let pieceLength = 1 << 20

  /// The values by their first eight bytes.
  private let values: [UInt64: [[UInt8]]]
  /// Which 16-bit ends of those there are, to pass over most places with one look.
  private let marks: [Bool]
  private let longest: Int
  /// How many values are looked for.
  let count: Int

  init(for texts: [String]) {
    let wanted = Set(texts).map { Array($0.utf8) }.filter { $0.count >= Self.shortest }
    values = Dictionary(grouping: wanted) { $0.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    var marks = [Bool](repeating: false, count: 65_536)
    for key in values.keys { marks[Int(key & 0xffff)] = true }
    self.marks = marks
    longest = wanted.map(\.count).max() ?? 0
    count = wanted.count
  }

  /// How long a file is, and how many places of it hold one of the values.
  func count(inFileAt path: String) throws -> (bytes: Int64, hits: Int) {
    let handle = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? handle.close() }
    var (bytes, hits): (Int64, Int) = (0, 0)
    var rest: [UInt8] = []
    while let piece = try handle.read(upToCount: Self.pieceLength), !piece.isEmpty {
      bytes += Int64(piece.count)
      let text = rest + piece
      // What begins near the end is seen whole with the next piece.
      let end = max(0, text.count - longest)
      hits += count(in: text, startingBefore: end)
      rest = Array(text[end...])
    }
    return (bytes, hits + count(in: rest, startingBefore: rest.count))
  }

  private func count(in text: [UInt8], startingBefore end: Int) -> Int {
    text.withUnsafeBufferPointer { text in
      var (window, hits): (UInt64, Int) = (0, 0)
      for position in 0..<min(text.count, end + 7) {
        window = window << 8 | UInt64(text[position])
        guard position >= 7, marks[Int(window & 0xffff)], let candidates = values[window] else { continue }
        let start = position - 7
        for value in candidates where start + value.count <= text.count {
          if value.indices.allSatisfy({ text[start + $0] == value[$0] }) { hits += 1 }
        }
      }
      return hits
    }
  }
}
