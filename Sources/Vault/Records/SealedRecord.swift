import COpenSSL
import Crypto
package import Primitives

/// The fields of a record as they are stored, each sealed by itself.
///
/// Layout: `01`, 20 bytes of nonce (see ``ExtendedNonce``), the number of fields, then for each its number and the length
/// of its ciphertext (unsigned LEB128), then the ciphertexts with their tags, then a tag over that directory, so that no
/// field can be taken out. Each field authenticates the digest of its ``RecordPlace`` and its name.
package enum SealedRecord {
  private static let format: UInt8 = 1

  /// What is to be sealed: the field's number, its name, and its value in UTF-8.
  package struct Value {
    package let number: Int
    package let name: String
    package var text: String

    package init(number: Int, name: String, text: String) {
      (self.number, self.name, self.text) = (number, name, text)
    }
  }

  /// - Throws: ``VaultError/noCryptography``.
  package static func seal(
    _ values: [Value], at place: RecordPlace, of platform: String, under key: SecretBytes, _ surroundings: Surroundings
  ) throws(VaultError) -> [UInt8] {
    let nonce = surroundings.randomBytes(ExtendedNonce.length)
    var output: [UInt8] = []
    output.reserveCapacity(64 + values.reduce(0) { $0 + $1.text.utf8.count + 24 })
    output.append(format)
    output += nonce
    let start = output.count
    VariableLength.append(UInt64(values.count), to: &output)
    for value in values {
      VariableLength.append(UInt64(value.number), to: &output)
      VariableLength.append(UInt64(value.text.utf8.count + FieldCipher.tagLength), to: &output)
    }
    let directory = Array(output[start...])
    var frame = Frame(nonce: nonce, digest: place.digest(of: platform))
    let cipher = try FieldCipher(frame.derivedKey(of: key), .sealing)
    for value in values {
      var text = value.text
      let isSealed = text.withUTF8 { plaintext in
        frame.seal(
          UnsafeRawBufferPointer(plaintext), number: UInt32(value.number) + 1, value.name.utf8, cipher, &output)
      }
      guard isSealed else { throw .noCryptography }
    }
    guard frame.seal(UnsafeRawBufferPointer(start: nil, count: 0), number: 0, directory, cipher, &output) else {
      throw .noCryptography
    }
    return output
  }

  /// Opens the fields that `name` has a name for; the others stay closed.
  /// - Parameter name: the name of a field's number in the map under which it was written; nil for one that is not
  ///   wanted.
  /// - Throws: ``VaultError/damaged(what:)``.
  package static func open(
    _ sealed: [UInt8], at place: RecordPlace, of platform: String, under key: SecretBytes,
    _ name: (Int) -> String?
  ) throws(VaultError) -> [Value] {
    let directory = try directory(of: sealed)
    var frame = Frame(nonce: Array(sealed[1...ExtendedNonce.length]), digest: place.digest(of: platform))
    let cipher = try FieldCipher(frame.derivedKey(of: key), .opening)
    var values: [Value] = []
    let isWhole = sealed.withUnsafeBytes { bytes in
      let closing = UnsafeRawBufferPointer(rebasing: bytes[directory.closing...])
      guard frame.open(closing, number: 0, directory.bytes, cipher) != nil else { return false }
      for field in directory.fields {
        guard let name = name(field.number) else { continue }
        let ciphertext = UnsafeRawBufferPointer(rebasing: bytes[field.range])
        guard let text = frame.open(ciphertext, number: UInt32(field.number) + 1, name.utf8, cipher) else {
          return false
        }
        values.append(Value(number: field.number, name: name, text: text))
      }
      return true
    }
    guard isWhole else { throw .damaged(what: "a record of \(place.collection)") }
    return values
  }

  /// The numbers of the fields that are there; nothing is opened, and nothing is proved.
  static func fieldNumbers(of sealed: [UInt8]) throws(VaultError) -> [Int] {
    try directory(of: sealed).fields.map(\.number)
  }

  private struct Directory {
    let bytes: ArraySlice<UInt8>
    let fields: [(number: Int, range: Range<Int>)]
    /// Where the tag over the directory begins.
    let closing: Int
  }

  private static func directory(of sealed: [UInt8]) throws(VaultError) -> Directory {
    let start = 1 + ExtendedNonce.length
    var position = start
    guard sealed.first == format, let count = VariableLength.read(sealed, &position), count <= 1_000 else {
      throw .damaged(what: "a record")
    }
    var lengths: [(number: Int, length: Int)] = []
    lengths.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard let number = VariableLength.read(sealed, &position), number < 1_000,
        let length = VariableLength.read(sealed, &position), length >= FieldCipher.tagLength, length < 1 << 24
      else { throw .damaged(what: "a record") }
      lengths.append((Int(number), Int(length)))
    }
    let bytes = sealed[start..<position]
    var fields: [(number: Int, range: Range<Int>)] = []
    fields.reserveCapacity(lengths.count)
    for (number, length) in lengths {
      fields.append((number, position..<position + length))
      position += length
    }
    guard sealed.count == position + FieldCipher.tagLength else { throw .damaged(what: "a record") }
    return Directory(bytes: bytes, fields: fields, closing: position)
  }

  /// What all values of a record have in common while they are sealed or opened.
  private struct Frame {
    private let deriving: [UInt8]
    /// The last 8 bytes of the nonce, and room for a number.
    private var nonce: [UInt8]
    /// The digest of the place, and behind it the name of the field at hand.
    private var data: [UInt8]

    init(nonce: [UInt8], digest: [UInt8]) {
      deriving = Array(nonce.prefix(ExtendedNonce.derivingLength))
      self.nonce = Array(nonce.suffix(ExtendedNonce.length - ExtendedNonce.derivingLength)) + [0, 0, 0, 0]
      data = digest
      data.reserveCapacity(128)
    }

    func derivedKey(of key: SecretBytes) throws(VaultError) -> SecretBytes {
      let result = key.withBytes { key in
        deriving.withUnsafeBytes { nonce in
          Result { () throws(VaultError) in try ExtendedNonce.derivedKey(of: key, for: nonce) }
        }
      }
      return try result.get()
    }

    private mutating func turn(to number: UInt32, _ name: some Collection<UInt8>) {
      for shift in 0..<4 { nonce[nonce.count - 1 - shift] = UInt8(truncatingIfNeeded: number >> (8 * UInt32(shift))) }
      data.removeSubrange(SHA256.byteCount...)
      data.append(contentsOf: name)
    }

    mutating func seal(
      _ plaintext: UnsafeRawBufferPointer, number: UInt32, _ name: some Collection<UInt8>,
      _ cipher: borrowing FieldCipher, _ output: inout [UInt8]
    ) -> Bool {
      turn(to: number, name)
      return nonce.withUnsafeBytes { nonce in
        data.withUnsafeBytes { cipher.seal(plaintext, nonce: nonce, authenticating: $0, into: &output) }
      }
    }

    /// Nil for what is not genuine.
    mutating func open(
      _ sealed: UnsafeRawBufferPointer, number: UInt32, _ name: some Collection<UInt8>, _ cipher: borrowing FieldCipher
    ) -> String? {
      turn(to: number, name)
      let count = sealed.count - FieldCipher.tagLength
      guard count >= 0 else { return nil }
      var isGenuine = false
      let text = nonce.withUnsafeBytes { nonce in
        data.withUnsafeBytes { data in
          String(unsafeUninitializedCapacity: count) { output in
            isGenuine = cipher.open(
              sealed, nonce: nonce, authenticating: data,
              into: UnsafeMutableRawBufferPointer(start: output.baseAddress, count: count))
            return isGenuine ? count : 0
          }
        }
      }
      return isGenuine ? text : nil
    }
  }
}

extension RecordPlace {
  /// SHA-256 over everything that says where a record stands, each part with its length before it.
  func digest(of platform: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(160)
    func append(_ part: some Collection<UInt8>) {
      VariableLength.append(UInt64(part.count), to: &bytes)
      bytes.append(contentsOf: part)
    }
    append("surety-record-1".utf8)
    append(platform.utf8)
    append(subject.bytes)
    append(collection.utf8)
    append(record.bytes)
    for number in [version, mapVersion, keyVersion] { withUnsafeBytes(of: number.bigEndian) { append($0) } }
    return Array(SHA256.hash(data: bytes))
  }
}
