public import Primitives

/// What a witness adds to a checkpoint: the time and an Ed25519 signature over time and text
/// (C2SP tlog-cosignature, key type 0x04).
public struct Cosignature: Hashable, Sendable {
  /// When the witness saw the tree, to the second.
  public let time: Instant
  /// 64 bytes (RFC 8032).
  let signature: [UInt8]

  /// Takes apart a signature line; nil when its bytes are not a time and 64 bytes.
  init?(_ line: SignedNote.Signature) {
    guard line.bytes.count == 72 else { return nil }
    let seconds = line.bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    // A time beyond what an `Instant` can hold is as wrong as one of the wrong length.
    guard seconds <= UInt64(Int64.max / 1_000_000) else { return nil }
    time = Instant(seconds: Int64(seconds))
    signature = Array(line.bytes.dropFirst(8))
  }

  /// tlog-cosignature: what is signed.
  static func message(time: Instant, text: String) -> [UInt8] {
    Array("cosignature/v1\ntime \(time.seconds)\n\(text)".utf8)
  }

  /// The bytes that follow the key id in the signature line.
  static func bytes(time: Instant, signature: [UInt8]) -> [UInt8] {
    let seconds = UInt64(max(0, time.seconds))
    return (0..<8).map { UInt8(truncatingIfNeeded: seconds >> UInt64(56 - 8 * $0)) } + signature
  }
}
