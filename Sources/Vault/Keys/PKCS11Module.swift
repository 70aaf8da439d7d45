import CPKCS11
import Foundation

/// A device's library (PKCS #11 2.40), loaded once for the process.
///
/// `@unchecked Sendable`: the list of functions is the library's own and never changes, and the library was told at its
/// start to lock for itself (`CKF_OS_LOCKING_OK`).
final class PKCS11Module: @unchecked Sendable {
  let path: String
  let functions: CK_FUNCTION_LIST

  /// - Throws: ``VaultError/unusableRoot(place:reason:)``.
  init(path: String) throws(VaultError) {
    self.path = path
    typealias GetFunctionList = @convention(c) (UnsafeMutablePointer<UnsafeMutablePointer<CK_FUNCTION_LIST>?>?) -> UInt
    guard let library = dlopen(path, RTLD_NOW | RTLD_LOCAL) else {
      throw .unusableRoot(place: path, reason: "the library cannot be loaded: \(String(cString: dlerror()))")
    }
    guard let symbol = dlsym(library, "C_GetFunctionList") else {
      throw .unusableRoot(place: path, reason: "it is no library of a PKCS #11 device")
    }
    let getFunctionList = unsafeBitCast(symbol, to: GetFunctionList.self)
    var list: UnsafeMutablePointer<CK_FUNCTION_LIST>?
    guard getFunctionList(&list) == UInt(CKR_OK), let list else {
      throw .unusableRoot(place: path, reason: "the device's library does not start")
    }
    functions = list.pointee
    var arguments = CK_C_INITIALIZE_ARGS()
    arguments.flags = UInt(CKF_OS_LOCKING_OK)
    let status = functions.C_Initialize(&arguments)
    guard status == UInt(CKR_OK) || status == UInt(CKR_CRYPTOKI_ALREADY_INITIALIZED) else {
      throw failure("start", status)
    }
  }

  /// What the device answered where it should have answered that all is well.
  func failure(_ deed: String, _ status: UInt) -> VaultError {
    let said =
      switch Int32(truncatingIfNeeded: status) {
      case 0xA0: "the PIN is wrong"
      case 0xA4: "the PIN is locked after too many wrong ones"
      case 0xE0: "there is no token in the slot"
      case 0x30: "the device has a fault"
      case 0x70: "the device does not know the mechanism"
      default: "the device answered 0x\(String(status, radix: 16))"
      }
    return .unusableRoot(place: path, reason: "cannot \(deed): \(said)")
  }

  func expect(_ deed: String, _ status: UInt) throws(VaultError) {
    guard status == UInt(CKR_OK) else { throw failure(deed, status) }
  }

  /// The slot in which a token of this label is.
  func slot(of label: String) throws(VaultError) -> CK_SLOT_ID {
    var count: UInt = 0
    try expect("list the slots", functions.C_GetSlotList(1, nil, &count))
    var slots = [CK_SLOT_ID](repeating: 0, count: Int(count))
    try expect("list the slots", functions.C_GetSlotList(1, &slots, &count))
    for slot in slots.prefix(Int(count)) {
      var info = CK_TOKEN_INFO()
      guard functions.C_GetTokenInfo(slot, &info) == UInt(CKR_OK) else { continue }
      let name = withUnsafeBytes(of: info.label) { String(decoding: $0, as: UTF8.self) }
      if name.trimmingCharacters(in: .whitespaces) == label { return slot }
    }
    throw .unusableRoot(place: path, reason: "the device has no token with the label \(label)")
  }
}
