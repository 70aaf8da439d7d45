import Crypto
import Primitives

/// A code to write down, for the day on which every other factor is lost; good once (NIST SP 800-63B-4, section 3.1.2,
/// look-up secrets).
public struct RecoveryCode: Hashable, Sendable {
  /// So many are made at a time.
  public static let count = 10

  /// 24 characters of base 32: 120 bits, above the 112 from which a plain hash may store it.
  private let characters: String

  /// A new code.
  init(in surroundings: Surroundings) { characters = Base32.encode(surroundings.randomBytes(15)) }

  /// Reads a code as people type it: in any case, with or without what separates the groups. Nil for anything else.
  init?(_ text: some StringProtocol) {
    let kept = text.uppercased().filter { !$0.isWhitespace && $0 != "-" }
    guard kept.utf8.count == 24, Base32.decode(kept) != nil else { return nil }
    characters = kept
  }

  /// Four groups of six.
  public var text: String {
    stride(from: 0, to: 24, by: 6).map { String(characters.dropFirst($0).prefix(6)) }.joined(separator: "-")
  }

  /// What is stored of it.
  var digest: [UInt8] { Array(SHA256.hash(data: Array(characters.utf8))) }
}
