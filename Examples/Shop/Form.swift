import Foundation
import Hummingbird
import NIOCore

/// The fields of a form as a browser sends them.
struct Form: Sendable {
  private let fields: [String: String]

  /// No form of this shop is longer, in bytes.
  private static let most = 16_384

  /// - Throws: `NIOTooManyBytesError` for a body that is too long.
  init(_ request: Request) async throws {
    let body = try await request.body.collect(upTo: Self.most)
    self.init(String(buffer: body))
  }

  /// Reads `application/x-www-form-urlencoded` text; of a field that is there twice the first counts.
  init(_ text: String) {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = Self.decoded(parts[0])
      if fields[name] == nil { fields[name] = parts.count == 2 ? Self.decoded(parts[1]) : "" }
    }
    self.fields = fields
  }

  /// A field without white space at its ends, control characters and what goes beyond the limit.
  func text(_ name: String, most: Int = 200) -> String {
    let text = fields[name, default: ""].trimmingCharacters(in: .whitespacesAndNewlines)
    return String(text.filter { $0.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 } }.prefix(most))
  }

  /// A field exactly as it was typed, for passwords.
  func raw(_ name: String) -> String { fields[name, default: ""] }

  func number(_ name: String) -> Int? { Int(text(name, most: 12)) }

  private static func decoded(_ text: Substring) -> String {
    let spaced = text.replacing("+", with: " ")
    return spaced.removingPercentEncoding ?? String(spaced)
  }
}
