import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// Writes a line for every answer, in Apache's combined format.
struct AccessLog: RouterMiddleware {
  typealias Context = ShopRequestContext

  let file: AccessLogFile
  let clock: ShopClock

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    let response = try await next(request, context)
    let line = Self.line(
      peer: context.remoteAddress?.ipAddress, at: UTCTime(seconds: clock.now()),
      request: "\(request.method.rawValue) \(request.uri.string) HTTP/1.1", status: response.status.code,
      bytes: request.method == .head ? 0 : response.body.contentLength ?? 0, referrer: request.headers[.referer],
      browser: request.headers[.userAgent])
    file.append(line)
    return response
  }

  /// One line without its end. The identity and the user's name are never known, so a hyphen stands for each.
  static func line(
    peer: String?, at time: UTCTime, request: String, status: Int, bytes: Int, referrer: String?, browser: String?
  ) -> String {
    let size = bytes == 0 ? "-" : "\(bytes)"
    return "\(peer ?? "-") - - [\(time.logText)] \"\(escaped(request))\" \(status) \(size) "
      + "\"\(escaped(referrer ?? "-"))\" \"\(escaped(browser ?? "-"))\""
  }

  /// What a stranger wrote, as Apache writes it: nobody can end a field or a line early.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for byte in text.utf8.prefix(4_096) {
      switch byte {
      case UInt8(ascii: "\""): escaped += "\\\""
      case UInt8(ascii: "\\"): escaped += "\\\\"
      case 32...126: escaped.unicodeScalars.append(Unicode.Scalar(byte))
      default: escaped += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return escaped
  }
}
