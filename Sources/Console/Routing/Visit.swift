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
    guard let decoded = text.removingPercentEncoding, decoded.utf8.count <= 200 else {
      throw Problem(.notFound, "There is nothing of that name.")
    }
    return decoded
  }

  /// A part of the query without white space around it; nil where it is missing or empty.
  /// - Parameter most: it is cut after so many characters.
  func query(_ name: String, most: Int = 200) -> String? {
    // A form sends a space as a plus sign, which the library leaves as it is.
    let raw = request.uri.query?.split(separator: "&").first { $0.hasPrefix("\(name)=") }
    let value = raw?.dropFirst(name.count + 1).replacing("+", with: " ")
    guard let text = value.flatMap({ String($0).removingPercentEncoding })?.trimmed, !text.isEmpty else { return nil }
    return String(text.prefix(most))
  }

  /// Where the member is, to come back to.
  var path: String { request.uri.path }
}
