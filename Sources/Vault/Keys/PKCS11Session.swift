import CPKCS11
import Foundation
import Primitives

/// A token that was logged in to. Each deed has a session of its own, which ends with it.
struct PKCS11Session: Sendable {
  private let module: PKCS11Module
  private let slot: CK_SLOT_ID
  private let pin: SecretBytes

  private static let alreadyLoggedIn: UInt = 0x100

  init(module path: String, token: String, pin: SecretBytes) throws(VaultError) {
    module = try PKCS11Module(path: path)
    slot = try module.slot(of: token)
    self.pin = pin
  }

  /// Opens a session, logs in, and runs a deed.
  func perform<Value>(_ deed: (OpenSession) throws(VaultError) -> Value) throws(VaultError) -> Value {
    var handle: CK_SESSION_HANDLE = 0
    try module.expect(
      "open a session",
      module.functions.C_OpenSession(slot, UInt(CKF_SERIAL_SESSION | CKF_RW_SESSION), nil, nil, &handle))
    defer { _ = module.functions.C_CloseSession(handle) }
    var code = pin.withBytes { Array($0) }
    let status = module.functions.C_Login(handle, UInt(CKU_USER), &code, UInt(code.count))
    _ = SecretBytes(taking: &code)
    if status != Self.alreadyLoggedIn { try module.expect("log in", status) }
    return try deed(OpenSession(module: module, handle: handle))
  }

  /// The secret keys of a name.
  func keys(_ name: String) throws(VaultError) -> [CK_OBJECT_HANDLE] {
    try perform { (session: OpenSession) throws(VaultError) in try session.objects(name, kind: UInt(CKO_SECRET_KEY)) }
  }

  func makeSecret(_ name: String, mechanism: UInt, uses: [UInt]) throws(VaultError) {
    try perform { (session: OpenSession) throws(VaultError) in
      var attributes = Attributes(name)
      attributes.add(UInt(CKA_VALUE_LEN), number: UInt(FieldCipher.keyLength))
      attributes.keepInDevice()
      for use in uses { attributes.add(use, flag: true) }
      var key: CK_OBJECT_HANDLE = 0
      var how = CK_MECHANISM(mechanism: mechanism, pParameter: nil, ulParameterLen: 0)
      let status = attributes.withTemplate { template, count in
        module.functions.C_GenerateKey(session.handle, &how, template, count, &key)
      }
      try module.expect("make a key", status)
    }
  }

  /// A key on P-256.
  func makeSigningKey(_ name: String) throws(VaultError) {
    try perform { (session: OpenSession) throws(VaultError) in
      var (open, hidden) = (Attributes(name), Attributes(name))
      // The curve's object identifier, 1.2.840.10045.3.1.7, in DER.
      open.add(UInt(CKA_EC_PARAMS), bytes: [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07])
      open.add(UInt(CKA_VERIFY), flag: true)
      hidden.keepInDevice()
      hidden.add(UInt(CKA_SIGN), flag: true)
      var (publicKey, privateKey): (CK_OBJECT_HANDLE, CK_OBJECT_HANDLE) = (0, 0)
      var how = CK_MECHANISM(mechanism: UInt(CKM_EC_KEY_PAIR_GEN), pParameter: nil, ulParameterLen: 0)
      let status = open.withTemplate { openTemplate, openCount in
        hidden.withTemplate { hiddenTemplate, hiddenCount in
          module.functions.C_GenerateKeyPair(
            session.handle, &how, openTemplate, openCount, hiddenTemplate, hiddenCount, &publicKey, &privateKey)
        }
      }
      try module.expect("make a key that signs", status)
    }
  }

  /// The point of a public key, 65 bytes (X9.63).
  func publicPoint(_ name: String) throws(VaultError) -> [UInt8] {
    let encoded = try perform { (session: OpenSession) throws(VaultError) in
      let key = try session.key(name, kind: UInt(CKO_PUBLIC_KEY))
      var bytes = [UInt8](repeating: 0, count: 128)
      let status = bytes.withUnsafeMutableBytes { buffer -> UInt in
        var attribute = CK_ATTRIBUTE(
          type: UInt(CKA_EC_POINT), pValue: buffer.baseAddress, ulValueLen: UInt(buffer.count))
        return module.functions.C_GetAttributeValue(session.handle, key, &attribute, 1)
      }
      try module.expect("read the public key", status)
      return bytes
    }
    // An octet string in DER around the point.
    guard encoded[0] == 0x04, encoded[1] == 65, encoded[2] == 0x04 else {
      throw .unusableRoot(place: module.path, reason: "the device's key is not on P-256")
    }
    return Array(encoded[2..<67])
  }

  /// What a key is to be.
  private struct Attributes {
    private var values: [(type: UInt, bytes: [UInt8])] = []

    init(_ name: String) {
      add(UInt(CKA_LABEL), bytes: Array(name.utf8))
      add(UInt(CKA_ID), bytes: Array(name.utf8))
      add(UInt(CKA_TOKEN), flag: true)
    }

    mutating func keepInDevice() {
      add(UInt(CKA_PRIVATE), flag: true)
      add(UInt(CKA_SENSITIVE), flag: true)
      add(UInt(CKA_EXTRACTABLE), flag: false)
    }

    mutating func add(_ type: UInt, bytes: [UInt8]) { values.append((type, bytes)) }
    mutating func add(_ type: UInt, flag: Bool) { values.append((type, [flag ? 1 : 0])) }
    mutating func add(_ type: UInt, number: UInt) {
      values.append((type, withUnsafeBytes(of: number) { Array($0) }))
    }

    func withTemplate(_ body: (UnsafeMutablePointer<CK_ATTRIBUTE>?, UInt) -> UInt) -> UInt {
      // All values one behind the other, so that their places stay while the template is in use.
      var storage = values.flatMap(\.bytes)
      return storage.withUnsafeMutableBytes { storage in
        var position = 0
        var template = values.map { value in
          defer { position += value.bytes.count }
          return CK_ATTRIBUTE(
            type: value.type, pValue: storage.baseAddress.map { $0 + position }, ulValueLen: UInt(value.bytes.count))
        }
        return template.withUnsafeMutableBufferPointer { body($0.baseAddress, UInt($0.count)) }
      }
    }
  }
}

/// A session while a deed runs.
struct OpenSession {
  let module: PKCS11Module
  let handle: CK_SESSION_HANDLE

  /// The one key of a name.
  func key(_ name: String, kind: UInt = UInt(CKO_SECRET_KEY)) throws(VaultError) -> CK_OBJECT_HANDLE {
    guard let first = try objects(name, kind: kind).first else {
      throw .unusableRoot(place: module.path, reason: "the token has no key \(name)")
    }
    return first
  }

  func objects(_ name: String, kind: UInt) throws(VaultError) -> [CK_OBJECT_HANDLE] {
    var (label, kind) = (Array(name.utf8), kind)
    let status = label.withUnsafeMutableBytes { label in
      withUnsafeMutableBytes(of: &kind) { kind in
        var template = [
          CK_ATTRIBUTE(type: UInt(CKA_LABEL), pValue: label.baseAddress, ulValueLen: UInt(label.count)),
          CK_ATTRIBUTE(type: UInt(CKA_CLASS), pValue: kind.baseAddress, ulValueLen: UInt(kind.count)),
        ]
        return module.functions.C_FindObjectsInit(handle, &template, 2)
      }
    }
    try module.expect("look for a key", status)
    defer { _ = module.functions.C_FindObjectsFinal(handle) }
    var found = [CK_OBJECT_HANDLE](repeating: 0, count: 4)
    var count: UInt = 0
    try module.expect("look for a key", module.functions.C_FindObjects(handle, &found, 4, &count))
    return Array(found.prefix(Int(count)))
  }

  func crypt(
    _ input: [UInt8], _ mechanism: inout CK_MECHANISM, _ key: CK_OBJECT_HANDLE, isSealing: Bool
  ) -> Result<[UInt8], VaultError> {
    let functions = module.functions
    let deed = isSealing ? "wrap a key" : "open what it wrapped"
    let begun =
      isSealing
      ? functions.C_EncryptInit(handle, &mechanism, key) : functions.C_DecryptInit(handle, &mechanism, key)
    guard begun == UInt(CKR_OK) else { return .failure(module.failure(deed, begun)) }
    var input = input
    var output = [UInt8](repeating: 0, count: input.count + FieldCipher.tagLength)
    var count = UInt(output.count)
    let status =
      isSealing
      ? functions.C_Encrypt(handle, &input, UInt(input.count), &output, &count)
      : functions.C_Decrypt(handle, &input, UInt(input.count), &output, &count)
    _ = SecretBytes(taking: &input)
    guard status == UInt(CKR_OK) else { return .failure(module.failure(deed, status)) }
    return .success(Array(output.prefix(Int(count))))
  }

  func sign(
    _ message: [UInt8], mechanism: UInt, with key: CK_OBJECT_HANDLE, length: Int
  ) throws(VaultError) -> [UInt8] {
    var how = CK_MECHANISM(mechanism: mechanism, pParameter: nil, ulParameterLen: 0)
    try module.expect("sign", module.functions.C_SignInit(handle, &how, key))
    var (message, output, count) = (message, [UInt8](repeating: 0, count: length), UInt(length))
    try module.expect("sign", module.functions.C_Sign(handle, &message, UInt(message.count), &output, &count))
    guard Int(count) == length else {
      throw .unusableRoot(place: module.path, reason: "the device signs with \(count) bytes instead of \(length)")
    }
    return output
  }
}
