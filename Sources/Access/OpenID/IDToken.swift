import Foundation
import JWTKit
import Primitives

/// What a provider says of a sign-in (OpenID Connect Core 1.0, section 2), in the compact form of RFC 7515. Nothing of it
/// is to be believed before ``isSigned(by:)`` and `check(for:_:accessToken:at:)`.
struct IDToken: Sendable {
  /// In bytes; members of a thousand groups need more, and have to be given fewer.
  static let longest = 16_384

  let algorithm: SignatureAlgorithm
  let keyID: String?
  let claims: JSON
  private let signed: [UInt8]
  private let signature: [UInt8]

  /// Reads a token. It has one text: base64url in its only form, JSON without repeated names.
  init(parsing text: String) throws(OpenIDError) {
    guard text.utf8.count <= Self.longest else {
      throw .malformedToken(reason: "it has more than \(Self.longest) bytes; have it list fewer groups")
    }
    let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    guard parts.count == 3 else { throw .malformedToken(reason: "it has not three parts") }
    guard let head = Base64.decodeURL(Substring(parts[0])), let body = Base64.decodeURL(Substring(parts[1])),
      let signature = Base64.decodeURL(Substring(parts[2]))
    else { throw .malformedToken(reason: "it is not base64url") }
    guard let header = JSON(parsing: head), case .object = header, let claims = JSON(parsing: body),
      case .object = claims
    else { throw .malformedToken(reason: "it is no JSON, repeats a name, or holds a number that is not whole") }
    // RFC 7515, section 4.1.11: whoever does not know what is critical refuses, and nothing critical is known here.
    guard header["crit"] == nil else { throw .malformedToken(reason: "it has critical extensions") }
    // RFC 8725, section 3.11: a token of another kind, such as a logout token, is not taken for one of these.
    if let type = header["typ"] {
      guard type.text?.lowercased() == "jwt" else { throw .malformedToken(reason: "it is another kind of token") }
    }
    guard let algorithm = header["alg"]?.text.flatMap(SignatureAlgorithm.init(rawValue:)) else {
      throw .refusedAlgorithm
    }
    self.algorithm = algorithm
    keyID = header["kid"]?.text
    if header["kid"] != nil, keyID == nil { throw .malformedToken(reason: "its key's name is no text") }
    self.claims = claims
    signed = Array(text.utf8.dropLast(parts[2].count + 1))
    self.signature = signature
  }

  /// Anything that is no signature of the algorithm's form is none.
  func isSigned(by verifier: any JWTAlgorithm) -> Bool {
    verifier.name == algorithm.rawValue && ((try? verifier.verify(signature, signs: signed)) ?? false)
  }
}
