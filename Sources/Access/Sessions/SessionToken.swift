import Crypto
import Primitives

/// What a browser shows to be recognised: 32 random bytes. Stored only as a digest.
public struct SessionToken: Hashable, Sendable {
  private let bytes: [UInt8]

  init(in surroundings: Surroundings) { bytes = surroundings.randomBytes(32) }

  /// Reads the text that ``text`` gives; nil for anything else.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 64, let bytes = Hexadecimal.decode(Array(text.utf8)) else { return nil }
    self.bytes = bytes
  }

  /// 64 hexadecimal digits.
  public var text: String { Hexadecimal.encode(bytes) }

  /// What is stored of it: who reads the database cannot sign in with what is there.
  var digest: [UInt8] { Array(SHA256.hash(data: bytes)) }
}
