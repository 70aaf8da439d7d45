import Crypto
public import Primitives

/// By which a program comes to the API: it may do a few things, until a day, and nothing that asks for a fresh factor,
/// because a program has none.
public struct APIKey: Sendable {
  public let id: Identifier<APIKey>
  /// By which the journal names it, as `key:` and this.
  public let label: String
  /// Who made it, as the journal names them.
  public let maker: String
  public let actions: Set<Action>
  /// How many requests a second it may make, of each node.
  public let rate: Int
  public let made: Instant
  public let expires: Instant
  /// To the minute; nil for one that was never used.
  public let lastUsed: Instant?
  /// When it was revoked, or will be because another took its place; nil while neither is so.
  public let ends: Instant?

  /// When it opens nothing any more, as things stand.
  public var end: Instant { ends.map { min($0, expires) } ?? expires }

  /// Whether it opens anything at a moment.
  public func isOpen(at now: Instant) -> Bool { now < end }

  /// How it shows itself: as somebody whose role is just these actions.
  var member: Member? {
    guard let id = Identifier<Member>(bytes: id.bytes) else { return nil }
    let role = Role(id: "key", title: "API key", text: "A program.", actions: actions)
    return Member(id: id, name: label, role: role, isMachine: true)
  }
}

/// What a program shows: a mark that scanners for leaked secrets know, 32 random bytes, and a checksum that tells a
/// mistyped key from an unknown one without a query. Shown once; stored as a digest.
public struct APIKeySecret: Hashable, Sendable {
  private static let mark = "surety_"
  private let bytes: [UInt8]

  init(in surroundings: Surroundings) { bytes = surroundings.randomBytes(32) }

  /// Reads the text that ``text`` gives; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 54, text.hasPrefix(Self.mark) else { return nil }
    let body = text.dropFirst(Self.mark.count)
    guard let bytes = Base64.decodeURL(body.prefix(43)), Base64.decodeURL(body.suffix(4)) == Self.checksum(bytes) else {
      return nil
    }
    self.bytes = bytes
  }

  /// 54 characters.
  public var text: String { Self.mark + Base64.encodeURL(bytes) + Base64.encodeURL(Self.checksum(bytes)) }

  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    Array(SHA256.hash(data: Array("checksum".utf8) + bytes).prefix(3))
  }

  var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
