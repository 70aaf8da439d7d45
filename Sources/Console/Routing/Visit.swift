import Access
import Foundation
import HTTPTypes
import Hummingbird
import Primitives

/// A request of a member, with who asks.
struct Visit: Sendable {
  let request: Request
  let context: ConsoleRequestContext
  let session: Session
  /// When it was made.
  let now: Instant

  /// A part of the path, decoded.
  /// - Throws: ``Problem`` when it is longer than anything that has such a name.
  func parameter(_ name: String) throws -> String {
    let text = try context.parameters.require(name)
    guard let decoded = Self.decoded(text), decoded.utf8.count <= 200 else {
      throw Problem(.notFound, "There is nothing of that name.")
    }
    return decoded
  }

  /// A part of the query without white space around it; nil where it is missing or empty.
  /// - Parameter most: it is cut after so many characters.
  func query(_ name: String, most: Int = 200) -> String? {
    guard let query = request.uri.query?.utf8 else { return nil }
    let value = query.split(separator: UInt8(ascii: "&")).first { part in
      part.dropFirst(name.utf8.count).first == UInt8(ascii: "=") && part.starts(with: name.utf8)
    }
    // A form sends a space as a plus sign, which the library leaves as it is.
    guard let raw = value.map({ String(Substring($0.dropFirst(name.utf8.count + 1))) }),
      let text = Self.decoded(raw.utf8.contains(UInt8(ascii: "+")) ? raw.replacing("+", with: " ") : raw)?.trimmed,
      !text.isEmpty
    else { return nil }
    return String(text.prefix(most))
  }

  /// Without percent signs nothing is encoded, and the library, which is slow, is not asked.
  private static func decoded(_ text: String) -> String? {
    text.utf8.contains(UInt8(ascii: "%")) ? text.removingPercentEncoding : text
  }

  /// Where the member is, to come back to.
  var path: String { request.uri.path }
}
