/// What somebody showed to prove who they are, by the names of RFC 8176 where it has one (`amr`).
public enum Factor: String, CaseIterable, Codable, Sendable {
  case password = "pwd"
  /// A time-based one-time password.
  case oneTimePassword = "otp"
  case recoveryCode = "recovery"
  /// A passkey whose authenticator asked for PIN or biometric.
  case passkey = "swk"
  /// A passkey whose maker vouches that it stays in its hardware.
  case hardwarePasskey = "hwk"
  /// Another server vouches for the sign-in.
  case federated = "fed"
}

/// How strongly a session is proven. A password alone is none of these: it opens nothing.
public enum Strength: Int, Comparable, CaseIterable, Sendable {
  /// Two factors that a false page could pass on: password and code (NIST SP 800-63B-4, AAL2).
  case twoFactor = 2
  /// A factor that works on the true address only: a passkey (AAL2 with phishing resistance).
  case phishingResistant = 3
  /// Such a factor in hardware that it cannot be copied from, by its maker's word (AAL3).
  case hardwareBound = 4

  public static func < (left: Strength, right: Strength) -> Bool { left.rawValue < right.rawValue }

  /// As rules and pages name it.
  public var name: String {
    switch self {
    case .twoFactor: "two-factor"
    case .phishingResistant: "phishing-resistant"
    case .hardwareBound: "hardware-bound"
    }
  }

  /// Reads what ``name`` gives.
  public init?(named name: some StringProtocol) {
    guard let strength = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = strength
  }
}
