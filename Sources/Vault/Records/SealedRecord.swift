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
    let length = values.reduce(FieldCipher.tagLength) { $0 + $1.text.utf8.count + FieldCipher.tagLength }
    var output: [UInt8] = []
    output.reserveCapacity(64 + 8 * values.count + length)
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
    let first = output.count
    output.append(contentsOf: repeatElement(0, count: length))
    let isDone = output.withUnsafeMutableBytes { bytes in
      var room = UnsafeMutableRawBufferPointer(rebasing: bytes[first...])
      for value in values {
        var text = value.text
        let isSealed = text.withUTF8 { plaintext in
          frame.seal(
            UnsafeRawBufferPointer(plaintext), number: UInt32(value.number) + 1, value.name.utf8, cipher, &room)
        }
        guard isSealed else { return false }
      }
      return frame.seal(UnsafeRawBufferPointer(start: nil, count: 0), number: 0, directory, cipher, &room)
    }
    guard isDone else { throw .noCryptography }
    return output
  }

  /// Fields that were opened: their texts, one after the other.
  struct Opened: Sendable {
    struct Field: Sendable {
      let number: Int
      /// Where its text stands.
      let range: Range<Int>
    }

    let bytes: [UInt8]
    /// In the order in which they are stored.
    let fields: [Field]

    func text(of field: Field) -> String { String(decoding: bytes[field.range], as: UTF8.self) }
  }

  /// Opens the fields that `name` has a name for; the others stay closed.
  /// - Parameter name: the name of a field's number in the map under which it was written; nil for one that is not
  ///   wanted.
  /// - Throws: ``VaultError/damaged(what:)``.
  static func open(
    _ sealed: [UInt8], at place: RecordPlace, of platform: String, under key: SecretBytes, named name: (Int) -> String?
  ) throws(VaultError) -> Opened {
    let directory = try directory(of: sealed)
    var frame = Frame(nonce: Array(sealed[1...ExtendedNonce.length]), digest: place.digest(of: platform))
    let cipher = try FieldCipher(frame.derivedKey(of: key), .opening)
    var fields: [Opened.Field] = []
    fields.reserveCapacity(directory.fields.count)
    var isWhole = false
    let texts = [UInt8](unsafeUninitializedCapacity: sealed.count) { texts, filled in
      isWhole = sealed.withUnsafeBytes { bytes in
        let closing = UnsafeRawBufferPointer(rebasing: bytes[directory.closing...])
        guard frame.open(closing, number: 0, directory.bytes, cipher, into: nothing) else { return false }
        for field in directory.fields {
          guard let name = name(field.number) else { continue }
          let range = filled..<filled + field.range.count - FieldCipher.tagLength
          let output = UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: texts[range]))
          let ciphertext = UnsafeRawBufferPointer(rebasing: bytes[field.range])
          guard frame.open(ciphertext, number: UInt32(field.number) + 1, name.utf8, cipher, into: output) else {
            return false
          }
          fields.append(Opened.Field(number: field.number, range: range))
          filled = range.upperBound
        }
        return true
      }
    }
    guard isWhole else { throw .damaged(what: "a record of \(place.collection)") }
    return Opened(bytes: texts, fields: fields)
  }

  private static var nothing: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(start: nil, count: 0) }

  /// The same, each with its name and its text by itself.
  /// - Throws: ``VaultError/damaged(what:)``.
  package static func open(
    _ sealed: [UInt8], at place: RecordPlace, of platform: String, under key: SecretBytes,
    _ name: (Int) -> String?
  ) throws(VaultError) -> [Value] {
    let opened: Opened = try open(sealed, at: place, of: platform, under: key, named: name)
    return opened.fields.compactMap { field in
      name(field.number).map { Value(number: field.number, name: $0, text: opened.text(of: field)) }
    }
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
      nonce.withUnsafeMutableBytes { $0.storeBytes(of: number.bigEndian, toByteOffset: $0.count - 4, as: UInt32.self) }
      data.removeLast(data.count - SHA256.byteCount)
      data.append(contentsOf: name)
    }

    /// Seals into the front of `room`, of which what is behind it is left.
    mutating func seal(
      _ plaintext: UnsafeRawBufferPointer, number: UInt32, _ name: some Collection<UInt8>,
      _ cipher: borrowing FieldCipher, _ room: inout UnsafeMutableRawBufferPointer
    ) -> Bool {
      turn(to: number, name)
      let count = plaintext.count + FieldCipher.tagLength
      let output = UnsafeMutableRawBufferPointer(rebasing: room[..<count])
      room = UnsafeMutableRawBufferPointer(rebasing: room[count...])
      return nonce.withUnsafeBytes { nonce in
        data.withUnsafeBytes { cipher.seal(plaintext, nonce: nonce, authenticating: $0, into: output) }
      }
    }

    /// - Returns: whether it is genuine.
    mutating func open(
      _ sealed: UnsafeRawBufferPointer, number: UInt32, _ name: some Collection<UInt8>, _ cipher: borrowing FieldCipher,
      into output: UnsafeMutableRawBufferPointer
    ) -> Bool {
      turn(to: number, name)
      return nonce.withUnsafeBytes { nonce in
        data.withUnsafeBytes { cipher.open(sealed, nonce: nonce, authenticating: $0, into: output) }
      }
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
