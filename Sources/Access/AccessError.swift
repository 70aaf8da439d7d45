/// What can go wrong with members, their factors and their sessions.
public enum AccessError: Error, Hashable, Sendable {
  /// The key that seals secrets cannot be used.
  case unusableSecretKey(path: String, reason: String)
  /// A secret was sealed under another key than the one at hand.
  case sealedWithAnotherKey
  /// The cryptographic library does not start, or there is too little memory to hash a password.
  case noRandomness
  /// A name that nobody can sign in with.
  case unusableName(String)
  /// A name that somebody has already.
  case nameTaken(String)
  /// A password that is too easy to guess.
  case weakPassword(reason: String)
  /// The code is not the one that the app shows, or it was used.
  case wrongCode
  /// Nobody or nothing is known by that name.
  case unknown(kind: String, name: String)
  /// Nobody could manage members any more.
  case lastOwner
  /// The member could not sign in any more.
  case lastFactor
  /// An invitation that is not known, was used, was withdrawn or is too old.
  case invitationEnded
  /// The members and keys are not those that the reviewer saw any more.
  case reviewOutdated
  /// A key that nobody may have.
  case unusableKey(reason: String)
  /// Emergency access that is not opened, ended or reviewed.
  case emergencyRefused(reason: String)
  /// What a person names is too long, empty or has signs that cannot be shown.
  case unusableLabel(reason: String)
  /// A file with the certificates of authenticators' makers that cannot be used.
  case unusableAttestationRoots(file: String, reason: String)
  /// A stored row that this version cannot read.
  case damaged(what: String)
  /// A file that the product carries cannot be used.
  case damagedResource(name: String, reason: String)
}

extension AccessError: CustomStringConvertible {
  /// What happened and what to do.
  public var description: String {
    switch self {
    case .unusableSecretKey(let path, let reason): "\(path) cannot be used as the key of secrets: \(reason)"
    case .sealedWithAnotherKey:
      "a stored secret was sealed under another key; put back the file secrets.key that belongs to this database"
    case .noRandomness: "the cryptographic library does not start, or memory is too short to hash a password"
    case .unusableName(let name):
      "\(name) cannot be a name to sign in with; use 1 to 60 letters, digits, dots, hyphens and underscores"
    case .nameTaken(let name): "the name \(name) is taken already; choose another name"
    case .weakPassword(let reason): "the password is too easy to guess: \(reason)"
    case .wrongCode: "the code is not the one that the app shows now, or it was used; wait for the next one"
    case .unknown(let kind, let name): "there is no \(kind) \(name)"
    case .lastOwner: "nobody could manage members any more; make another owner first"
    case .lastFactor: "the member could not sign in any more; add another passkey or a password first"
    case .invitationEnded: "the invitation was used or withdrawn, or is too old; ask for a new one"
    case .reviewOutdated:
      "somebody joined, left or got another role, or a key was made or ended meanwhile; look through the list again"
    case .unusableKey(let reason): "the key cannot be made: \(reason)"
    case .emergencyRefused(let reason): "emergency access: \(reason)"
    case .unusableLabel(let reason): "the name cannot be used: \(reason)"
    case .unusableAttestationRoots(let file, let reason):
      "\(file) cannot be used: \(reason); it is to hold the root certificates of authenticators' makers in PEM"
    case .damaged(let what): "\(what) cannot be read from the database. Was it written by a newer version of Surety?"
    case .damagedResource(let name, let reason):
      "\(name), which belongs to the product, cannot be used: \(reason); install it again"
    }
  }
}
