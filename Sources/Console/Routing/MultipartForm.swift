import Foundation
import HTTPTypes
import Primitives

/// The encoding of forms with files (RFC 7578), read strictly.
enum MultipartForm {
  struct Part: Hashable, Sendable {
    let name: String
    /// Nil for a field that is no file.
    let fileName: String?
    let bytes: [UInt8]
  }

  private static let mostParts = 50
  private static let longestHeaders = 4_096

  /// The boundary that a content type names; nil for another type.
  static func boundary(of contentType: String) -> String? {
    let parts = contentType.split(separator: ";").map { $0.trimmed }
    guard parts.first?.lowercased() == "multipart/form-data" else { return nil }
    let named = parts.dropFirst().first { $0.lowercased().hasPrefix("boundary=") }?.dropFirst("boundary=".count)
    guard var boundary = named else { return nil }
    if boundary.count >= 2, boundary.hasPrefix("\""), boundary.hasSuffix("\"") {
      boundary = boundary.dropFirst().dropLast()
    }
    // RFC 2046, section 5.1.1.
    return (1...70).contains(boundary.utf8.count) ? String(boundary) : nil
  }

  /// The parts of a body.
  /// - Throws: ``Problem`` for anything that is not such a body.
  /// - Complexity: O(bytes).
  static func parts(of body: [UInt8], boundary: String) throws(Problem) -> [Part] {
    let delimiter = Array("\r\n--\(boundary)".utf8)
    // The first delimiter begins the body, without the line break before it.
    guard body.starts(with: delimiter.dropFirst(2)) else { throw malformed }
    var position = delimiter.count - 2
    var parts: [Part] = []
    while true {
      if body[position...].starts(with: Array("--".utf8)) { return parts }
      guard body[position...].starts(with: Array("\r\n".utf8)), parts.count < mostParts else { throw malformed }
      position += 2
      guard let headersEnd = find(Array("\r\n\r\n".utf8), in: body, from: position, limit: longestHeaders),
        let end = find(delimiter, in: body, from: headersEnd + 2)
      else { throw malformed }
      let headers = String(decoding: body[position..<headersEnd], as: UTF8.self)
      parts.append(try part(headers, Array(body[min(headersEnd + 4, end)..<end])))
      position = end + delimiter.count
    }
  }

  private static func part(_ headers: String, _ bytes: [UInt8]) throws(Problem) -> Part {
    let lines = headers.components(separatedBy: "\r\n")
    guard let disposition = lines.first(where: { $0.lowercased().hasPrefix("content-disposition:") }) else {
      throw malformed
    }
    guard let name = parameter("name", of: disposition), !name.isEmpty else { throw malformed }
    return Part(name: name, fileName: parameter("filename", of: disposition), bytes: bytes)
  }

  /// A quoted parameter; browsers write a quotation mark inside as %22.
  private static func parameter(_ name: String, of header: String) -> String? {
    guard let start = header.range(of: "; \(name)=\"") else { return nil }
    return String(header[start.upperBound...].prefix { $0 != "\"" }).replacing("%22", with: "\"")
  }

  private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int, limit: Int = .max) -> Int? {
    guard bytes.count >= pattern.count, start <= bytes.count - pattern.count else { return nil }
    let last = min(bytes.count - pattern.count, limit == .max ? .max : start + limit)
    var position = start
    while position <= last {
      if bytes[position] == pattern[0], bytes[position..<position + pattern.count].elementsEqual(pattern) {
        return position
      }
      position += 1
    }
    return nil
  }

  private static let malformed = Problem(.badRequest, "The form cannot be read: it is not multipart/form-data.")
}
