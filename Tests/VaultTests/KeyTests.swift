import Crypto
import Foundation
import Primitives
import Storage
import TestKit
import Testing

@testable import Vault

@Suite struct `Keys are wrapped, kept and forgotten` {
  static func bytes(_ hexadecimal: String) -> [UInt8] { Hexadecimal.decode(Array(hexadecimal.utf8)) ?? [] }

  static func secret(_ bytes: [UInt8]) -> SecretBytes {
    var copy = bytes
    return SecretBytes(taking: &copy)
  }

  /// Which library does it.
  enum Engine: CaseIterable {
    /// The one that this machine's processor is best at.
    case usual
    /// The one that is everywhere.
    case portable

    func cipher(_ key: UnsafeRawBufferPointer, _ direction: FieldCipher.Direction) throws -> FieldCipher {
      switch self {
      case .usual: try FieldCipher(key, direction)
      case .portable: .portable(try PortableGCM(key, direction))
      }
    }
  }

  static func seal(
    key: [UInt8], nonce: [UInt8], data: [UInt8], plaintext: [UInt8], by engine: Engine = .usual
  ) throws -> [UInt8] {
    var sealed = [UInt8](repeating: 0, count: plaintext.count + FieldCipher.tagLength)
    let isDone = try key.withUnsafeBytes { key in
      let cipher = try engine.cipher(key, .sealing)
      return sealed.withUnsafeMutableBytes { sealed in
        plaintext.withUnsafeBytes { plaintext in
          nonce.withUnsafeBytes { nonce in
            data.withUnsafeBytes { cipher.seal(plaintext, nonce: nonce, authenticating: $0, into: sealed) }
          }
        }
      }
    }
    return isDone ? sealed : []
  }

  /// - Returns: what is left of the output, and whether it is genuine.
  static func open(
    key: [UInt8], nonce: [UInt8], data: [UInt8], sealed: [UInt8], by engine: Engine
  ) throws -> (output: [UInt8], isGenuine: Bool) {
    var output = [UInt8](repeating: 0xff, count: sealed.count - FieldCipher.tagLength)
    let isGenuine = try key.withUnsafeBytes { key in
      let cipher = try engine.cipher(key, .opening)
      return output.withUnsafeMutableBytes { output in
        sealed.withUnsafeBytes { sealed in
          nonce.withUnsafeBytes { nonce in
            data.withUnsafeBytes { cipher.open(sealed, nonce: nonce, authenticating: $0, into: output) }
          }
        }
      }
    }
    return (output, isGenuine)
  }

  @Test func `Both libraries seal alike, and each opens what the other sealed and nothing else`() throws {
    var generator = SeededGenerator(for: "two libraries")
    func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) } }
    for length in [0, 1, 15, 16, 17, 31, 34, 200, 65_536] + (0..<40).map({ $0 * 7 }) {
      let (key, nonce, plaintext) = (random(32), random(12), random(length))
      let data = random(Int.random(in: 0..<80, using: &generator))
      let sealed = try Engine.allCases.map {
        try Self.seal(key: key, nonce: nonce, data: data, plaintext: plaintext, by: $0)
      }
      #expect(sealed[0] == sealed[1] && sealed[0].count == length + 16)
      var changed = sealed[0]
      changed[Int.random(in: 0..<changed.count, using: &generator)] ^= 1
      for engine in Engine.allCases {
        let opened = try Self.open(key: key, nonce: nonce, data: data, sealed: sealed[0], by: engine)
        #expect(opened.isGenuine && opened.output == plaintext)
        let refused = try Self.open(key: key, nonce: nonce, data: data, sealed: changed, by: engine)
        #expect(!refused.isGenuine && refused.output.allSatisfy { $0 == 0 })
        #expect(try !Self.open(key: key, nonce: nonce, data: data + [0], sealed: sealed[0], by: engine).isGenuine)
      }
    }
  }

  /// Test cases 13 to 16 of McGrew and Viega, "The Galois/Counter Mode of Operation", those for 256-bit keys, which NIST's
  /// validation takes up.
  @Test(arguments: [
    [
      "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "", "",
      "530f8afbc74536b9a963b4f1c4cb738b",
    ],
    [
      "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000", "",
      "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
    ],
    [
      "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
      "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b",
    ],
  ])
  func `AES-256-GCM gives what its authors published`(_ vector: [String]) throws {
    let (key, nonce, data) = (Self.bytes(vector[0]), Self.bytes(vector[1]), Self.bytes(vector[2]))
    let plaintext = Self.bytes(vector[3])
    let sealed = try Self.seal(key: key, nonce: nonce, data: data, plaintext: plaintext)
    #expect(Hexadecimal.encode(sealed) == vector[4])
    let portable = try Self.seal(key: key, nonce: nonce, data: data, plaintext: plaintext, by: .portable)
    #expect(portable == sealed)
    // And the other library opens it.
    let box = try AES.GCM.SealedBox(
      nonce: AES.GCM.Nonce(data: nonce), ciphertext: sealed.dropLast(16), tag: sealed.suffix(16))
    #expect(try Array(AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: data)) == plaintext)
  }

  /// The two vectors of C2SP's XAES-256-GCM.
  @Test(arguments: [
    (
      UInt8(1), "", "c8612c9ed53fe43e8e005b828a1631a0bbcb6ab2f46514ec4f439fcfd0fa969b",
      "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"
    ),
    (
      UInt8(3), "c2sp.org/XAES-256-GCM", "e9c621d4cdd9b11b00a6427ad7e559aeedd66b3857646677748f8ca796cb3fd8",
      "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"
    ),
  ])
  func `A key for one sealing is derived as XAES-256-GCM says`(
    _ filler: UInt8, _ data: String, _ derived: String, _ sealed: String
  ) throws {
    let nonce = Array("ABCDEFGHIJKLMNOPQRSTUVWX".utf8)
    let key = [UInt8](repeating: filler, count: 32)
    let derivedKey = try key.withUnsafeBytes { key in
      try nonce[..<12].withUnsafeBytes { try ExtendedNonce.derivedKey(of: key, for: $0) }
    }
    let bytes = derivedKey.withBytes { Array($0) }
    #expect(Hexadecimal.encode(bytes) == derived)
    let output = try Self.seal(
      key: bytes, nonce: Array(nonce[12...]), data: Array(data.utf8), plaintext: Array("XAES-256-GCM".utf8))
    #expect(Hexadecimal.encode(output) == sealed)
  }

  @Test func `A changed bit anywhere keeps a key from opening`() throws {
    var generator = SeededGenerator(for: "bits of wrapped keys")
    let (outer, key) = (SecretBytes(random: 32, in: .system), SecretBytes(random: 32, in: .system))
    let sealed = try SealedKey.seal(key, under: outer, for: [1, 2, 3], .system)
    let opened = try SealedKey.open(sealed, under: outer, for: [1, 2, 3]).withBytes { Array($0) }
    #expect(opened == key.withBytes { Array($0) })
    for position in sealed.indices {
      var changed = sealed
      changed[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      #expect(throws: VaultError.self) { try SealedKey.open(changed, under: outer, for: [1, 2, 3]) }
    }
    #expect(throws: VaultError.self) { try SealedKey.open(sealed, under: outer, for: [1, 2, 4]) }
    #expect(throws: VaultError.self) { try SealedKey.open([], under: outer, for: [1, 2, 3]) }
  }

  @Test func `Opened keys are held in a bounded number, and let go when their time is over`() async throws {
    try await TestVault.with { test in
      let (vault, keys) = (test.vault, test.vault.keys)
      _ = try await vault.ground()
      try await test.ledger.database.write { transaction in
        for number in 0..<KeyHierarchy.most + 50 {
          _ = try keys.indexKey("index/test/\(number)", transaction)
          let key = try #require(try keys.indexKeyIfThere("index/test/\(number)", transaction))
          #expect(key.count == 32 && keys.openCount <= KeyHierarchy.most)
        }
      }
      test.clock.advance(by: KeyHierarchy.patience - .seconds(1))
      vault.letGoOfKeys()
      #expect(keys.openCount > 0 && vault.holdsGround)
      test.clock.advance(by: .seconds(1))
      vault.letGoOfKeys()
      #expect(keys.openCount == 0 && !vault.holdsGround)
      // And everything opens again.
      _ = try await vault.add([TestVault.customer(1)], by: test.caller())
      #expect(keys.openCount > 0 && vault.holdsGround)
    }
  }

  @Test func `A root key opens with its passphrase only, and is never replaced`() async throws {
    try await TemporaryDirectory.with { directory async throws in
      let path = directory.file("vault.root")
      let passphrase = Self.secret(Array("a passphrase that is long enough".utf8))
      try PassphraseFile.create(path: path, passphrase: passphrase, memory: 8_192)
      let first = try PassphraseFile(path: path, passphrase: passphrase, custody: .passphrase)
      let again = try PassphraseFile(path: path, passphrase: passphrase, custody: .passphrase)
      let wrapped = try first.wrap(Self.secret(Array(1...32)), for: [7])
      #expect(try again.unwrap(wrapped, for: [7]).withBytes { Array($0) } == Array(1...32))
      #expect(throws: VaultError.damaged(what: "a wrapped key")) { try again.unwrap(wrapped, for: [8]) }
      #expect(try first.mac([1]).withBytes { Array($0) } == again.mac([1]).withBytes { Array($0) })
      #expect(try first.mac([1]).withBytes { Array($0) } != again.mac([2]).withBytes { Array($0) })
      #expect(again.verifier.isSignature(try first.sign([1, 2]), of: [1, 2]))
      #expect(!again.verifier.isSignature(try first.sign([1, 2]), of: [1, 3]))
      #expect(RootVerifier(first.verifier.text) == first.verifier)
      #expect(throws: VaultError.wrongPassphrase(path: path)) {
        try PassphraseFile(
          path: path, passphrase: Self.secret(Array("another one, also long".utf8)), custody: .passphrase)
      }
      #expect(throws: VaultError.self) {
        try PassphraseFile.create(path: path, passphrase: passphrase, memory: 8_192)
      }
      let text = try String(contentsOfFile: path, encoding: .utf8)
      try FileBytes.write(Array(text.replacing("\"passes\":3", with: "\"passes\":2").utf8), to: path)
      #expect(throws: VaultError.wrongPassphrase(path: path)) {
        try PassphraseFile(path: path, passphrase: passphrase, custody: .passphrase)
      }
    }
  }
}
