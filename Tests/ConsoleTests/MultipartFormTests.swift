import TestKit
import Testing

@testable import Console

@Suite struct `Forms with files` {
  private static let body = Array(
    """
    --X\r
    Content-Disposition: form-data; name="csrf"\r
    \r
    token\r
    --X\r
    Content-Disposition: form-data; name="document"; filename="scan %22Q3%22.pdf"\r
    Content-Type: application/pdf\r
    \r
    %PDF\r
    --Y\r
    \r
    --X--\r

    """.utf8)

  @Test func `are read into fields and files`() throws {
    let parts = try MultipartForm.parts(of: Self.body, boundary: "X")
    #expect(parts.map(\.name) == ["csrf", "document"])
    #expect(parts.map(\.fileName) == [nil, "scan \"Q3\".pdf"])
    #expect(String(decoding: parts[0].bytes, as: UTF8.self) == "token")
    #expect(String(decoding: parts[1].bytes, as: UTF8.self) == "%PDF\r\n--Y\r\n")
  }

  @Test func `name their boundary in the content type`() {
    #expect(MultipartForm.boundary(of: "multipart/form-data; boundary=X") == "X")
    #expect(MultipartForm.boundary(of: "Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"") == "a b")
    for wrong in ["text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=X"]
    {
      #expect(MultipartForm.boundary(of: wrong) == nil)
    }
  }

  @Test func `cut off anywhere are refused`() {
    // The last two bytes are the line break after the end, which need not be there.
    for length in 0..<(Self.body.count - 4) {
      #expect(throws: Problem.self) { try MultipartForm.parts(of: Array(Self.body.prefix(length)), boundary: "X") }
    }
  }

  @Test func `of arbitrary bytes never trap`() {
    var generator = SeededGenerator(for: "forms of arbitrary bytes")
    for _ in 0..<3_000 {
      var bytes = Self.body
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let index = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<3, using: &generator) {
        case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: index)
        default: bytes.insert(contentsOf: Array("\r\n--X".utf8), at: index)
        }
      }
      _ = try? MultipartForm.parts(of: bytes, boundary: "X")
    }
  }
}
