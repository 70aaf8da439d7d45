import Primitives

/// The checks of OpenID Connect Core 1.0, section 3.1.3.7, after the signature.
extension IDToken {
  /// Clocks may differ by so many seconds.
  private static let skew: Int64 = 60
  /// A token comes straight from the provider, so it is not older than this, in seconds.
  private static let oldest: Int64 = 600
  /// Numbers of seconds beyond the year 9999 are no dates.
  private static let latest: Int64 = 253_402_300_799

  func check(
    for provider: OpenIDProvider, _ secrets: SignInSecrets, accessToken: String, at now: Instant
  ) throws(OpenIDError) {
    guard claims["iss"]?.text == provider.issuer else {
      throw .wrongClaim("iss", reason: "it comes from another provider")
    }
    try checkAudience(provider.clientID)
    try checkTimes(at: now.seconds)
    guard let nonce = claims["nonce"]?.text, ConstantTime.areEqual(Array(nonce.utf8), Array(secrets.nonce.utf8)) else {
      throw .wrongClaim("nonce", reason: "it belongs to another sign-in")
    }
    try checkFreshness(secrets)
    try checkAccessToken(accessToken)
  }

  /// Steps 3 to 5.
  private func checkAudience(_ clientID: String) throws(OpenIDError) {
    guard let audiences = claims["aud"]?.texts, audiences.contains(clientID) else {
      throw .wrongClaim("aud", reason: "it is for another application")
    }
    guard let party = claims["azp"] else {
      guard audiences.count == 1 else {
        throw .wrongClaim("azp", reason: "it is for several applications and does not say which one asked")
      }
      return
    }
    guard party.text == clientID else { throw .wrongClaim("azp", reason: "another application asked for it") }
  }

  /// Steps 9 and 10, and RFC 7519, section 4.1.5.
  private func checkTimes(at now: Int64) throws(OpenIDError) {
    guard let expires = try seconds("exp"), let issued = try seconds("iat") else {
      throw .wrongClaim("exp or iat", reason: "it is missing")
    }
    guard now < expires + Self.skew else { throw .wrongClaim("exp", reason: "it has expired; compare the clocks") }
    guard issued <= now + Self.skew else {
      throw .wrongClaim("iat", reason: "it was issued in the future; compare the clocks")
    }
    guard issued >= now - Self.oldest else {
      throw .wrongClaim("iat", reason: "it was issued too long ago; compare the clocks")
    }
    if let start = try seconds("nbf"), start > now + Self.skew {
      throw .wrongClaim("nbf", reason: "it is not good yet; compare the clocks")
    }
    if let authenticated = try seconds("auth_time"), authenticated > now + Self.skew {
      throw .wrongClaim("auth_time", reason: "it lies in the future; compare the clocks")
    }
  }

  /// Step 13: counted from when the sign-in was begun, because the member may take a while.
  private func checkFreshness(_ secrets: SignInSecrets) throws(OpenIDError) {
    guard let fresh = secrets.demand.fresh else { return }
    guard let authenticated = authenticatedAt else {
      throw .wrongClaim("auth_time", reason: "it is missing, though a fresh sign-in was asked for")
    }
    guard secrets.begun.since(authenticated) <= fresh + .seconds(Self.skew) else {
      throw .wrongClaim("auth_time", reason: "the sign-in there is too long ago, though a fresh one was asked for")
    }
  }

  /// Section 3.1.3.8: the left half of the access token's hash.
  private func checkAccessToken(_ accessToken: String) throws(OpenIDError) {
    guard let named = claims["at_hash"] else { return }
    let hash = algorithm.hash(Array(accessToken.utf8))
    let expected = Base64.encodeURL(hash.prefix(hash.count / 2))
    guard let named = named.text, ConstantTime.areEqual(Array(named.utf8), Array(expected.utf8)) else {
      throw .wrongClaim("at_hash", reason: "it came with another access token")
    }
  }

  private func seconds(_ name: String) throws(OpenIDError) -> Int64? {
    guard let value = claims[name] else { return nil }
    guard case .integer(let seconds) = value, (0...Self.latest).contains(seconds) else {
      throw .wrongClaim(name, reason: "it is no date")
    }
    return seconds
  }

  private var authenticatedAt: Instant? {
    guard case .integer(let seconds)? = claims["auth_time"] else { return nil }
    return Instant(seconds: seconds)
  }

  /// Who it speaks of, once it was checked.
  func identity(by provider: OpenIDProvider, _ demand: SignInDemand) throws(OpenIDError) -> FederatedIdentity {
    // Section 2: 255 ASCII characters at most.
    guard let subject = claims["sub"]?.text, (1...255).contains(subject.utf8.count),
      subject.utf8.allSatisfy({ (0x20...0x7e).contains($0) })
    else { throw .wrongClaim("sub", reason: "it is missing, too long or not ASCII") }
    guard let name = claims[provider.nameClaim]?.text, Member.isUsable(name: name) else {
      throw .unusableName(claim: provider.nameClaim)
    }
    let methods = Set(claims["amr"]?.texts ?? [])
    guard
      let strength = ProofOfStrength.strongest(
        of: provider.proofs, context: claims["acr"]?.text, methods: methods)
    else { throw .notTwoFactor }
    if let needs = demand.strength, strength < needs { throw .tooWeak(needs: needs) }
    guard let role = provider.role(ofGroups: claims[provider.groupsClaim]?.texts ?? []) else { throw .noRole }
    let known: [Factor] = [.password, .oneTimePassword, .passkey, .hardwarePasskey]
    let factors = known.filter { methods.contains($0.rawValue) }
    return FederatedIdentity(
      issuer: provider.issuer, subject: subject, name: name, role: role, strength: strength,
      factors: Set(factors + [Factor.federated]), authenticatedAt: authenticatedAt)
  }
}
