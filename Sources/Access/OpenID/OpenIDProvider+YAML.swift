public import Obligations

extension OpenIDProvider {
  /// Reads a provider's file. Only `issuer`, `clientID` and `roles` have to be there; a strength that is named takes the
  /// place of what usually counts for it.
  ///
  /// ```yaml
  /// issuer: https://id.shop.example/realms/staff
  /// clientID: surety
  /// clientSecret: the one that the provider gave   # left out for a public client
  /// title: Our directory                            # on the page of the sign-in; else the issuer's host
  /// scopes: [groups]                               # besides openid and profile
  /// nameClaim: preferred_username
  /// groupsClaim: groups
  /// roles:                                         # the first that matches counts
  ///   - {group: shop-owners, role: owner}
  ///   - {group: shop-support, role: support}
  /// strength:
  ///   two-factor:
  ///     amr: [mfa, pwd otp]                        # either mfa, or pwd and otp together
  ///   phishing-resistant:
  ///     acr: [phr]
  ///   hardware-bound:
  ///     acr: [phrh]
  /// ```
  /// - Parameters:
  ///   - file: what the file is called in errors.
  ///   - table: the roles that there are.
  /// - Throws: `ObligationsError/malformed(file:line:reason:)`.
  public init(_ bytes: some Collection<UInt8>, file: String, roles table: RoleTable) throws(ObligationsError) {
    let document = try YAMLDocument(bytes, file: file)
    var root = try document.root.mapping()
    let issuer = try root.required("issuer").issuer()
    let clientID = try root.required("clientID").visible()
    let clientSecret = try root.optional("clientSecret")?.visible()
    let title = try root.optional("title")?.title() ?? Self.host(of: issuer)
    let scopes = try root.list("scopes") { value throws(ObligationsError) in try value.word() }
    let nameClaim = try root.optional("nameClaim")?.text() ?? "preferred_username"
    let groupsClaim = try root.optional("groupsClaim")?.text() ?? "groups"
    let roles = try Self.roles(try root.required("roles"), in: table)
    let proofs = try root.optional("strength").map(Self.proofs) ?? ProofOfStrength.usual
    try root.finish()
    self.init(
      issuer: issuer, clientID: clientID, clientSecret: clientSecret, title: title, scopes: scopes,
      nameClaim: nameClaim,
      groupsClaim: groupsClaim, roles: roles, proofs: proofs)
  }

  private static func host(of issuer: String) -> String {
    String(issuer.dropFirst("https://".count).prefix { !"/:".contains($0) })
  }

  private static func roles(_ list: YAMLValue, in table: RoleTable) throws(ObligationsError) -> [GroupRole] {
    var names = GivenNames()
    var roles: [GroupRole] = []
    for item in try list.list() {
      var members = try item.mapping()
      let group = try members.required("group").text()
      let place = try members.required("role")
      let role = try place.text()
      guard table[role] != nil else {
        throw place.malformed("'\(role)' is not one of \(table.roles.map(\.id).joined(separator: ", "))")
      }
      try members.finish()
      try names.take(group, "group", at: item)
      roles.append(GroupRole(group: group, role: role))
    }
    guard !roles.isEmpty else { throw list.malformed("without a group nobody could sign in") }
    return roles
  }

  private static func proofs(_ value: YAMLValue) throws(ObligationsError) -> [ProofOfStrength] {
    var root = try value.mapping()
    var names = GivenNames()
    var proofs: [ProofOfStrength] = []
    for usual in ProofOfStrength.usual {
      guard let place = root.optional(usual.strength.name) else {
        proofs.append(usual)
        continue
      }
      var members = try place.mapping()
      let contexts = try members.list("acr") { value throws(ObligationsError) in try value.word() }
      let methods = try members.list("amr") { value throws(ObligationsError) in try value.methods() }
      try members.finish()
      proofs.append(ProofOfStrength(strength: usual.strength, contexts: contexts, methods: methods))
    }
    try root.finish()
    for context in proofs.flatMap(\.contexts) { try names.take(context, "acr", at: value) }
    return proofs
  }
}

extension YAMLValue {
  /// An issuer (OpenID Connect Core 1.0, section 2): no query, no fragment.
  fileprivate func issuer() throws(ObligationsError) -> String {
    let address = try webAddress()
    guard address.hasPrefix("https://") else { throw malformed("an issuer's address begins with https://") }
    guard !address.contains(where: { "?#".contains($0) }) else {
      throw malformed("an issuer's address has no question mark and no number sign")
    }
    return address
  }

  /// What RFC 6749, appendix A, allows in the name and the secret of a client. What it is not said, because it is secret.
  fileprivate func visible() throws(ObligationsError) -> String {
    let text = try text()
    guard text.utf8.count <= 1_024, text.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
      throw malformed("expected 1024 visible ASCII characters at most")
    }
    return text
  }

  /// A few words on a button.
  fileprivate func title() throws(ObligationsError) -> String {
    let text = try text()
    guard (1...40).contains(text.count) else { throw malformed("expected 1 to 40 characters") }
    return text
  }

  /// A scope or context: lists of them are separated by spaces.
  fileprivate func word() throws(ObligationsError) -> String {
    let text = try text()
    guard text.utf8.count <= 256, text.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
      throw malformed("expected 256 ASCII characters at most, none of them a space")
    }
    return text
  }

  /// Methods that have to be there together.
  fileprivate func methods() throws(ObligationsError) -> Set<String> {
    let methods = Set(try text().split(separator: " ").map(String.init))
    guard !methods.isSubset(of: ProofOfStrength.weak) else {
      throw malformed("\(methods.sorted().joined(separator: " and ")) is no second factor that counts")
    }
    return methods
  }
}
