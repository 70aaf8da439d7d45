/// What a provider says of a sign-in that counts as a strength: one of the contexts, or all of a set of methods.
public struct ProofOfStrength: Hashable, Sendable {
  public let strength: Strength
  /// Values of `acr` (OpenID Connect Core 1.0, section 2).
  public let contexts: [String]
  /// Values of `amr` (RFC 8176) that have to be there together.
  public let methods: [Set<String>]

  /// Where the provider's file says nothing else: `phr` and `phrh` are those of OpenID Connect Extended Authentication
  /// Profile ACR Values 1.0, section 4. Methods alone prove no resistance to phishing, because RFC 8176 has none that
  /// says to which address the key was bound.
  static let usual = [
    ProofOfStrength(strength: .twoFactor, contexts: [], methods: [["mfa"], ["pwd", "otp"]]),
    ProofOfStrength(strength: .phishingResistant, contexts: ["phr"], methods: []),
    ProofOfStrength(strength: .hardwareBound, contexts: ["phrh"], methods: []),
  ]

  /// Methods that prove nothing by themselves or with each other: what is known, where one is, and the telephone, whose
  /// messages others can read.
  static let weak: Set<String> = ["pwd", "pin", "kba", "sms", "tel", "geo", "rba", "mca", "wia"]

  /// The strongest that is proven; nil when a password, or nothing, is all that is.
  static func strongest(of proofs: [ProofOfStrength], context: String?, methods: Set<String>) -> Strength? {
    // Beside a message by telephone `mfa` says nothing, because that message may be all that it means.
    let counted = methods.isDisjoint(with: ["sms", "tel"]) ? methods : methods.subtracting(["mfa"])
    return proofs.filter { proof in
      context.map(proof.contexts.contains) ?? false || proof.methods.contains { $0.isSubset(of: counted) }
    }
    .map(\.strength).max()
  }
}
