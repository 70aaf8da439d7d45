import Obligations
import Primitives
import TestKit
import Testing

@testable import Access

/// The provider of the tests, asked within the process.
private struct Provided: OpenIDTransport {
  let provider: TestOpenIDProvider

  func ask(_ address: String, posting form: String?, authorization: String?, most: Int) async throws -> OpenIDAnswer {
    let answer = provider.answer(address, posting: form, authorization: authorization)
    return OpenIDAnswer(status: answer.status, body: answer.body)
  }
}

@Suite struct `A sign-in through another server` {
  static let redirect = "https://surety.example/sign-in/openid/callback"

  struct Meeting {
    let provider: TestOpenIDProvider
    let client: OpenIDClient
    let clock: SettableClock

    init(file: String = TestOpenIDProvider.file) throws {
      clock = SettableClock(TestAccess.start)
      provider = TestOpenIDProvider(at: clock.surroundings)
      client = OpenIDClient(
        try OpenIDProvider(Array(file.utf8), file: "openid.yaml", roles: .shipped()),
        over: Provided(provider: provider),
        surroundings: clock.surroundings)
    }

    func begin(_ demand: SignInDemand = SignInDemand()) async throws -> SignInRequest {
      try await client.begin(redirect: redirect, demanding: demand, at: clock.now)
    }

    func finish(
      _ request: SignInRequest, _ back: (code: String, state: String, redirect: String), state: String? = nil,
      iss: String? = nil
    ) async throws -> FederatedIdentity {
      try await client.finish(
        code: back.code, state: state ?? back.state, iss: iss, secrets: request.secrets, at: clock.now)
    }

    func signIn() async throws -> FederatedIdentity {
      let request = try await begin()
      return try await finish(request, try provider.signIn(at: request.address))
    }
  }

  @Test func `tells who it is, in which role and how strongly`() async throws {
    let meeting = try Meeting()
    let identity = try await meeting.signIn()
    #expect(identity.issuer == TestOpenIDProvider.issuer && identity.subject == "248289761001")
    #expect(identity.name == "grace" && identity.role == "support" && identity.strength == .twoFactor)
    #expect(identity.factors == [.federated, .password, .oneTimePassword])
    #expect(identity.authenticatedAt == TestAccess.start)
    for (acr, strength) in [("phr", Strength.phishingResistant), ("phrh", .hardwareBound)] {
      let request = try await meeting.begin()
      let back = try meeting.provider.signIn(at: request.address, methods: ["pwd"], claims: ["acr": .string(acr)])
      #expect(try await meeting.finish(request, back).strength == strength)
    }
  }

  /// What a token says wrongly, and why it is refused.
  static let lies: [(String, TestOpenIDProvider.Change, OpenIDError?)] = [
    ("another issuer", { $1["iss"] = "https://id.evil.test" }, nil),
    ("the issuer with a slash", { $1["iss"] = .string(TestOpenIDProvider.issuer + "/") }, nil),
    ("no issuer", { $1["iss"] = nil }, nil), ("another audience", { $1["aud"] = "another" }, nil),
    ("no audience", { $1["aud"] = nil }, nil),
    ("two audiences and nobody who asked", { $1["aud"] = ["surety", "another"] }, nil),
    ("another who asked", { $1["azp"] = "another" }, nil), ("another nonce", { $1["nonce"] = "x" }, nil),
    ("no nonce", { $1["nonce"] = nil }, nil), ("expired", { $1["exp"] = .integer(TestAccess.start.seconds - 61) }, nil),
    ("never expires", { $1["exp"] = nil }, nil), ("expires as a text", { $1["exp"] = "9999999999" }, nil),
    ("issued in the future", { $1["iat"] = .integer(TestAccess.start.seconds + 61) }, nil),
    ("issued long ago", { $1["iat"] = .integer(TestAccess.start.seconds - 601) }, nil),
    ("not good yet", { $1["nbf"] = .integer(TestAccess.start.seconds + 61) }, nil),
    ("shown in the future", { $1["auth_time"] = .integer(TestAccess.start.seconds + 61) }, nil),
    ("another access token", { $1["at_hash"] = "AAAA" }, nil), ("no subject", { $1["sub"] = nil }, nil),
    ("an endless subject", { $1["sub"] = .string(String(repeating: "x", count: 256)) }, nil),
    (
      "a logout token", { header, _ in header["typ"] = "logout+jwt" },
      .malformedToken(reason: "it is another kind of token")
    ),
    (
      "critical extensions", { header, _ in header["crit"] = ["x"] },
      .malformedToken(reason: "it has critical extensions")
    ),
    ("RS256 with an elliptic key", { header, _ in header["alg"] = "RS256" }, .refusedAlgorithm),
    ("ES384 with a P-256 key", { header, _ in header["alg"] = "ES384" }, .refusedAlgorithm),
    ("an algorithm in small letters", { header, _ in header["alg"] = "es256" }, .refusedAlgorithm),
    ("a key that is not published", { header, _ in header["kid"] = "another" }, .unknownKey),
    ("a shared secret's key", { header, _ in header["kid"] = "a secret" }, .unknownKey),
    ("a password alone", { $1["amr"] = ["pwd"] }, .notTwoFactor), ("nothing shown", { $1["amr"] = nil }, .notTwoFactor),
    ("a telephone", { $1["amr"] = ["mfa", "pwd", "sms"] }, .notTwoFactor),
    ("groups without a role", { $1["groups"] = ["everybody"] }, .noRole),
    ("no groups", { $1["groups"] = nil }, .noRole),
    (
      "an address for a name", { $1["preferred_username"] = "grace@shop.test" },
      .unusableName(claim: "preferred_username")
    ),
  ]

  @Test(arguments: lies.indices) func `refuses what is not true of it`(_ index: Int) async throws {
    let (what, change, expected) = Self.lies[index]
    let meeting = try Meeting()
    meeting.provider.lie(change)
    let error = await #expect(throws: OpenIDError.self, "\(what)") { _ = try await meeting.signIn() }
    if let expected {
      #expect(error == expected, "\(what)")
    } else {
      guard case .wrongClaim? = error else {
        Issue.record("\(what): \(error.map { "\($0)" } ?? "taken")")
        return
      }
    }
  }

  @Test(arguments: [
    (TestOpenIDProvider.Signing.nothing, OpenIDError.refusedAlgorithm), (.publicKeyAsSecret, .refusedAlgorithm),
    (.stranger, .wrongSignature),
  ]) func `refuses what the provider did not sign`(_ signing: TestOpenIDProvider.Signing, _ expected: OpenIDError)
    async throws
  {
    let meeting = try Meeting()
    meeting.provider.lie(signing: signing)
    await #expect(throws: expected) { _ = try await meeting.signIn() }
  }

  @Test func `counts once, in the browser that began, from the provider that was asked, and not for long`() async throws
  {
    let meeting = try Meeting()
    let request = try await meeting.begin()
    let other = try await meeting.begin()
    let back = try meeting.provider.signIn(at: request.address)
    await #expect(throws: OpenIDError.wrongState) { _ = try await meeting.finish(other, back) }
    await #expect(throws: OpenIDError.wrongState) { _ = try await meeting.finish(request, back, state: "") }
    await #expect(throws: OpenIDError.wrongProvider) {
      _ = try await meeting.finish(request, back, iss: "https://id.evil.test")
    }
    // Somebody's code put into one's own sign-in: the provider sees another verifier.
    let stolen = (code: back.code, state: try meeting.provider.signIn(at: other.address).state, redirect: back.redirect)
    await #expect(throws: OpenIDError.declined(.invalidGrant)) { _ = try await meeting.finish(other, stolen) }

    let again = try meeting.provider.signIn(at: request.address)
    _ = try await meeting.finish(request, again)
    await #expect(throws: OpenIDError.declined(.invalidGrant)) { _ = try await meeting.finish(request, again) }
    let late = try meeting.provider.signIn(at: request.address)
    meeting.clock.advance(by: SignInSecrets.life)
    await #expect(throws: OpenIDError.tooOld) { _ = try await meeting.finish(request, late) }
    #expect(request.secrets.refusal(error: "access_denied", state: back.state) == .declined(.accessDenied))
    #expect(request.secrets.refusal(error: "access_denied", state: "x") == .wrongState)
  }

  @Test func `demands that answers name the provider that says they do`() async throws {
    let meeting = try Meeting()
    meeting.provider.declare(["authorization_response_iss_parameter_supported": true])
    let request = try await meeting.begin()
    let back = try meeting.provider.signIn(at: request.address)
    await #expect(throws: OpenIDError.wrongProvider) { _ = try await meeting.finish(request, back) }
    _ = try await meeting.finish(request, back, iss: TestOpenIDProvider.issuer)
  }

  @Test func `asks again when a session is stepped up, and believes no older sign-in`() async throws {
    let meeting = try Meeting()
    let request = try await meeting.begin(SignInDemand(fresh: .zero))
    #expect(request.address.contains("max_age=0") && request.address.contains("prompt=login"))
    let old = try meeting.provider.signIn(
      at: request.address, claims: ["auth_time": .integer(TestAccess.start.seconds - 3_600)])
    await #expect(throws: OpenIDError.self) { _ = try await meeting.finish(request, old) }
    let silent = try meeting.provider.signIn(at: request.address, claims: ["auth_time": .null])
    await #expect(throws: OpenIDError.self) { _ = try await meeting.finish(request, silent) }
    #expect(try await meeting.finish(request, try meeting.provider.signIn(at: request.address)).authenticatedAt != nil)
  }

  @Test func `finds a new key of the provider, and does not ask for keys at every made-up name`() async throws {
    let meeting = try Meeting()
    _ = try await meeting.signIn()
    func fetches() -> Int { meeting.provider.asked.filter { $0.hasSuffix("/keys") }.count }
    #expect(fetches() == 1)
    meeting.clock.advance(by: .seconds(61))
    meeting.provider.rotate()
    _ = try await meeting.signIn()
    #expect(fetches() == 2)
    meeting.provider.lie { header, _ in header["kid"] = "made up" }
    for _ in 0..<5 { await #expect(throws: OpenIDError.unknownKey) { _ = try await meeting.signIn() } }
    #expect(fetches() == 2)
  }

  @Test(arguments: ["openid-configuration", "/keys", "/token"]) func `tells that the provider fails`(_ ending: String)
    async throws
  {
    for answer in [
      (status: 500, body: [UInt8]()), (200, Array("[]".utf8)), (200, Array("<html>".utf8)), (302, []),
      (200, Array(repeating: UInt8(ascii: " "), count: 300_000)), (200, Array("{}".utf8)),
      (200, Array(#"{"issuer":"https://id.evil.test","keys":[]}"#.utf8)),
    ] {
      let meeting = try Meeting()
      meeting.provider.answer(ending, with: answer)
      let error = await #expect(throws: OpenIDError.self) { _ = try await meeting.signIn() }
      #expect(error.map { !"\($0)".contains("ada@") } == true)
    }
  }

  @Test(
    arguments: [
      (["issuer": "https://id.evil.test"], "another issuer"),
      (["token_endpoint": "http://id.shop.test/token"], "https://"),
      (["code_challenge_methods_supported": ["plain"]], "S256"),
      (["id_token_signing_alg_values_supported": ["HS256", "none"]], "signs with none of"),
      (["jwks_uri": "https://me@id.shop.test/keys"], "https://"),
    ] as [([String: JSON], String)]) func `takes no provider that cannot be trusted`(
      _ members: [String: JSON], _ words: String
    )
    async throws
  {
    let meeting = try Meeting()
    meeting.provider.declare(members)
    let error = await #expect(throws: OpenIDError.self) { _ = try await meeting.begin() }
    #expect(error.map { "\($0)".contains(words) } == true, "\(error.map { "\($0)" } ?? "")")
  }

  @Test(arguments: [
    ("issuer: http://id.test\nclientID: x\nroles: [{group: a, role: owner}]", 1, "https://"),
    ("issuer: https://id.test?x\nclientID: x\nroles: [{group: a, role: owner}]", 1, "question mark"),
    ("issuer: https://id.test\nroles: [{group: a, role: owner}]", 1, "clientID"),
    ("issuer: https://id.test\nclientID: x\nroles: []", 3, "nobody could sign in"),
    ("issuer: https://id.test\nclientID: x\nroles: [{group: a, role: king}]", 3, "'king' is not one of"),
    (
      "issuer: https://id.test\nclientID: x\nroles: [{group: a, role: owner}]\nstrength: {two-factor: {amr: [pwd]}}", 4,
      "no second factor"
    ),
    ("issuer: https://id.test\nclientID: x\nroles: [{group: a, role: owner}]\nsecret: y", 4, "secret"),
  ]) func `reads the provider's file or says where it is wrong`(_ text: String, _ line: Int, _ words: String) {
    let error = #expect(throws: ObligationsError.self) {
      _ = try OpenIDProvider(Array(text.utf8), file: "openid.yaml", roles: .shipped())
    }
    #expect(
      error.map { "\($0)".contains(words) && "\($0)".contains("openid.yaml:\(line)") } == true,
      "\(error.map { "\($0)" } ?? "")")
  }

  @Test func `prints no secret`() throws {
    let provider = try OpenIDProvider(Array(TestOpenIDProvider.file.utf8), file: "openid.yaml", roles: .shipped())
    var printed = ""
    dump(provider, to: &printed)
    #expect(!"\(provider)\(printed)\(String(reflecting: provider))".contains("s3cret"))
  }

  @Test func `reads the file that the documentation shows, which says what goes without saying`() throws {
    let text = try SourceTree.text(of: "docs/single-sign-on.md")
    let block = try #require(text.split(separator: "```yaml\n").last?.split(separator: "```").first)
    let provider = try OpenIDProvider(Array(block.utf8), file: "single-sign-on.md", roles: .shipped())
    #expect(provider.title == "Our directory" && provider.roles.map(\.role) == ["owner", "support"])
    #expect(provider.proofs == ProofOfStrength.usual)
    #expect(provider.nameClaim == "preferred_username" && provider.groupsClaim == "groups")
  }
}
