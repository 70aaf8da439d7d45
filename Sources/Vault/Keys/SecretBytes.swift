import COpenSSL
public import Primitives

/// Bytes of a key. They are overwritten when the last holder lets go of them, and are in no description.
///
/// `@unchecked Sendable`: the bytes are written in the initialisers only, before anybody else has the object, and
/// overwritten in `deinit`, when nobody has it any more.
public final class SecretBytes: @unchecked Sendable {
  private let storage: UnsafeMutableRawBufferPointer

  /// So many random bytes.
  public convenience init(random count: Int, in surroundings: Surroundings) {
    var bytes = surroundings.randomBytes(count)
    self.init(taking: &bytes)
  }

  /// Takes the bytes over and overwrites the caller's copy.
  public init(taking bytes: inout [UInt8]) {
    storage = .allocate(byteCount: bytes.count, alignment: 16)
    storage.copyBytes(from: bytes)
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
    bytes = []
  }

  /// As many bytes as `fill` writes into the room it is given.
  init(count: Int, _ fill: (UnsafeMutableRawBufferPointer) throws -> Void) rethrows {
    storage = .allocate(byteCount: count, alignment: 16)
    storage.initializeMemory(as: UInt8.self, repeating: 0)
    try fill(storage)
  }

  deinit {
    OPENSSL_cleanse(storage.baseAddress, storage.count)
    storage.deallocate()
  }

  public var count: Int { storage.count }

  /// Lends the bytes for the length of a call.
  public func withBytes<Value: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(UnsafeRawBufferPointer(storage))
  }
}

extension SecretBytes: CustomStringConvertible {
  public var description: String { "\(count) secret bytes" }
}
