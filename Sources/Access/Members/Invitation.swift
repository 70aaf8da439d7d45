import Crypto
public import Primitives

/// A place among the staff that somebody may take with a link, once.
public struct Invitation: Hashable, Sendable {
  public let id: Identifier<Invitation>
  /// By which the new member will sign in.
  public let name: String
  public let role: Role
  /// Who invited, as the journal names them.
  public let inviter: String
  public let expires: Instant
}

/// What the link carries: 32 random bytes, in the part of the address that browsers send to nobody. Stored only as a digest.
public struct InvitationToken: Hashable, Sendable {
  private let bytes: [UInt8]

  init(in surroundings: Surroundings) { bytes = surroundings.randomBytes(32) }

  /// Reads the text that ``text`` gives; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 43, let bytes = Base64.decodeURL(text) else { return nil }
    self.bytes = bytes
  }

  /// 43 characters of base64url.
  public var text: String { Base64.encodeURL(bytes) }

  var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
