/// Character references, as far as they stand in addresses and in the words of links.
enum HTMLEntities {
  private static let names: [String: String] = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": " ", "auml": "ä", "ouml": "ö", "uuml": "ü",
    "Auml": "Ä", "Ouml": "Ö", "Uuml": "Ü", "szlig": "ß", "eacute": "é", "egrave": "è", "agrave": "à", "ccedil": "ç",
    "ntilde": "ñ", "oacute": "ó", "iacute": "í", "aacute": "á", "colon": ":", "sol": "/", "Tab": "\t", "NewLine": "\n",
  ]

  /// The text with its references replaced; an unknown one stays as it is.
  static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
    var text = ""
    var rest = bytes
    while let start = rest.firstIndex(of: UInt8(ascii: "&")) {
      text += String(decoding: rest[..<start], as: UTF8.self)
      // No reference that is known is longer.
      let window = rest[(start + 1)...].prefix(32)
      if let end = window.firstIndex(of: UInt8(ascii: ";")),
        let character = character(String(decoding: window[..<end], as: UTF8.self))
      {
        text += character
        rest = rest[(end + 1)...]
      } else {
        text += "&"
        rest = rest[(start + 1)...]
      }
    }
    return text + String(decoding: rest, as: UTF8.self)
  }

  private static func character(_ name: String) -> String? {
    guard name.hasPrefix("#") else { return names[name] }
    let digits = name.dropFirst()
    let code =
      digits.hasPrefix("x") || digits.hasPrefix("X") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
    return code.flatMap(Unicode.Scalar.init).map { String(Character($0)) }
  }
}
