/// What can go wrong with customers' data and its keys. No case carries a value that was stored or asked for.
public enum VaultError: Error, Hashable, Sendable {
  /// The file of the root key, or the device that holds it, cannot be used.
  case unusableRoot(place: String, reason: String)
  /// The passphrase does not open the root key.
  case wrongPassphrase(path: String)
  /// A key was wrapped under another root key than the one at hand.
  case wrappedByAnotherRoot(has: String, needs: String)
  /// What is stored was changed, exchanged or belongs to another place: it does not open.
  case damaged(what: String)
  /// The cryptographic library does not start, or memory is short.
  case noCryptography
  /// The data map cannot be used.
  case unusableMap(file: String, line: Int, reason: String)
  /// Nothing is declared, so nothing is stored.
  case noMap
  /// The data map does not declare this.
  case undeclared(place: String, reason: String)
  /// The purpose is missing, not declared, or does not cover what was asked for.
  case purposeRefused(reason: String)
  /// A value that is not what its field declares.
  case unusableValue(place: String, reason: String)
  /// Something that may never be stored, such as a card verification code.
  case forbidden(place: String, reason: String)
  /// Nobody or nothing is known by that name.
  case unknown(kind: String, name: String)
  /// Somebody else changed it meanwhile.
  case versionConflict(has: Int64, expected: Int64)
  /// Another subject has this value of a field that is unique.
  case taken(field: String)
  /// A legal hold, or a duty to keep, stands against it.
  case held(reason: String)
  /// A deed that needs something first, such as somebody else's approval.
  case refused(reason: String)
  /// A backup that cannot be read or written, or is not what it says.
  case unusableBackup(file: String, reason: String)
}

extension VaultError: CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    switch self {
    case .unusableRoot(let place, let reason): "the root key in \(place) cannot be used: \(reason)"
    case .wrongPassphrase(let path): "the passphrase does not open \(path); give the one it was made with"
    case .wrappedByAnotherRoot(let has, let needs):
      "the keys of this database were wrapped by the root key \(needs), and the one at hand is \(has); put back the one "
        + "that belongs to this database"
    case .damaged(let what):
      "\(what) does not open: it was changed, exchanged or belongs to another place. Keep the database, it is evidence, "
        + "and restore a backup"
    case .noCryptography: "the cryptographic library does not start, or memory is short"
    case .unusableMap(let file, let line, let reason): "\(file), line \(line): \(reason)"
    case .noMap: "no data map is in force, so nothing can be stored or read; adopt one with 'surety vault map adopt'"
    case .undeclared(let place, let reason): "\(place): \(reason)"
    case .purposeRefused(let reason): reason
    case .unusableValue(let place, let reason): "\(place): \(reason)"
    case .forbidden(let place, let reason): "\(place): \(reason)"
    case .unknown(let kind, let name): "there is no \(kind) \(name)"
    case .versionConflict(let has, let expected):
      "it has version \(has) by now, not \(expected); read it again and repeat the change"
    case .taken(let field): "another subject has this value of \(field), which is unique"
    case .held(let reason): reason
    case .refused(let reason): reason
    case .unusableBackup(let file, let reason): "\(file): \(reason)"
    }
  }
}
