import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Primitives

/// What a form sent.
struct Form: Sendable {
  struct File: Sendable {
    let name: String
    let bytes: [UInt8]
  }

  private(set) var fields: [String: String] = [:]
  private(set) var files: [String: File] = [:]

  /// Without files a form is no longer than this, in bytes: a profile is the longest text that anybody types.
  static let longest = 1_200_000
  /// A review of access has two for each member and one for each key.
  static let mostFields = 2_000

  /// Reads a form of a page.
  /// - Parameter files: how many bytes of files it may carry besides.
  /// - Throws: ``Problem``.
  init(_ request: Request, filesUpTo files: Int = 0) async throws {
    let type = request.headers[.contentType] ?? ""
    let body = try await request.body.collect(upTo: Self.longest + files)
    if type.hasPrefix("application/x-www-form-urlencoded") {
      fields = try Self.fields(of: String(buffer: body))
    } else if let boundary = MultipartForm.boundary(of: type) {
      for part in try MultipartForm.parts(of: Array(body.readableBytesView), boundary: boundary) {
        if let name = part.fileName {
          self.files[part.name] = File(name: name, bytes: part.bytes)
        } else {
          fields[part.name] = String(decoding: part.bytes, as: UTF8.self)
        }
      }
    } else {
      throw Problem(
        .unsupportedMediaType, "A form is sent as application/x-www-form-urlencoded or multipart/form-data.")
    }
  }

  init(fields: [String: String]) { self.fields = fields }

  /// A field without white space around it; empty where it is missing.
  subscript(name: String) -> String { fields[name]?.trimmed ?? "" }

  private static func fields(of text: String) throws(Problem) -> [String: String] {
    var fields: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        .map { $0.replacing("+", with: " ").removingPercentEncoding }
      guard let name = parts[0], let value = parts.count == 2 ? parts[1] : "" else {
        throw Problem(.badRequest, "The form cannot be read.")
      }
      guard fields.count < Self.mostFields, fields.updateValue(value, forKey: name) == nil else {
        throw Problem(.badRequest, "The form has a field twice, or too many.")
      }
    }
    return fields
  }
}
