import CQRencode
import Primitives

/// A text as a QR code (ISO/IEC 18004), for a telephone's camera.
enum QRPicture {
  /// The picture as an address that a page can show: an SVG of dark squares on white with the quiet zone of four modules
  /// that the standard asks for. Nil when the text is longer than such a code holds.
  static func address(of text: String) -> String? {
    guard let code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M) else { return nil }
    defer { QRcode_free(code) }
    let width = Int(code.pointee.width)
    guard let data = code.pointee.data else { return nil }
    var path = ""
    for row in 0..<width {
      // The lowest bit says that a module is dark.
      for column in 0..<width where data[row * width + column] & 1 == 1 { path += "M\(column + 4) \(row + 4)h1v1h-1z" }
    }
    let size = width + 8
    let svg = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(size) \(size)" shape-rendering="crispEdges">\
      <path fill="#fff" d="M0 0h\(size)v\(size)H0z"/><path d="\(path)"/></svg>
      """
    return "data:image/svg+xml;base64,\(Base64.encode(Array(svg.utf8)))"
  }
}
