import Primitives

/// What the browser says of a ceremony (WebAuthn Level 3, section 5.8.1).
struct CollectedClientData {
  /// What it was for.
  enum Ceremony: String { case create = "webauthn.create", get = "webauthn.get" }

  /// A browser sends some two hundred bytes.
  static let longest = 4_096

  let ceremony: Ceremony
  let challenge: [UInt8]
  let origin: String
  let isCrossOrigin: Bool
  let topOrigin: String?

  init(parsing bytes: [UInt8]) throws(PasskeyError) {
    guard bytes.count <= Self.longest else { throw Self.malformed("it has more than \(Self.longest) bytes") }
    // A byte order mark before it is passed over (section 7.1, step 5: "UTF-8 decode").
    let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? Array(bytes.dropFirst(3)) : bytes
    guard let value = JSON(parsing: text), case .object = value else { throw Self.malformed("it is no JSON object") }
    guard let type = value["type"]?.text else { throw Self.malformed("it has no type") }
    guard let ceremony = Ceremony(rawValue: type) else { throw .wrongCeremony(type) }
    guard let challenge = value["challenge"]?.text.flatMap({ Base64.decodeURL($0) }) else {
      throw Self.malformed("it has no challenge")
    }
    guard let origin = value["origin"]?.text else { throw Self.malformed("it has no origin") }
    switch value["crossOrigin"] {
    case nil: isCrossOrigin = false
    case .bool(let value)?: isCrossOrigin = value
    default: throw Self.malformed("crossOrigin is neither true nor false")
    }
    switch value["topOrigin"] {
    case nil: topOrigin = nil
    case .string(let value)?: topOrigin = value
    default: throw Self.malformed("topOrigin is no text")
    }
    (self.ceremony, self.challenge, self.origin) = (ceremony, challenge, origin)
  }

  private static func malformed(_ reason: String) -> PasskeyError { .malformed(part: "client data", reason: reason) }
}
