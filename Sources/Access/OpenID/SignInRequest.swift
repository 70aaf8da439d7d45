import Primitives

/// A sign-in that was begun: where the browser goes, and what is kept of it meanwhile.
public struct SignInRequest: Sendable {
  /// The address to send the browser to.
  public let address: String
  public let secrets: SignInSecrets
}

/// What a sign-in has to prove beyond what every one has to.
public struct SignInDemand: Hashable, Sendable {
  /// Nil where any that opens a session will do.
  public var strength: Strength?
  /// Within which time before now the member has to have shown a factor to the provider; nil where it does not matter.
  public var fresh: Duration?

  public init(strength: Strength? = nil, fresh: Duration? = nil) {
    self.strength = strength
    self.fresh = fresh
  }
}

/// What the browser that begins a sign-in keeps, sealed, until it comes back: so the answer counts in that browser, and
/// only there.
///
/// They are good once. Nothing here remembers whether they were used, so whoever keeps them forgets them before
/// ``OpenIDClient/finish(code:state:iss:secrets:at:)`` is called.
public struct SignInSecrets: Hashable, Sendable {
  /// Comes back with the code.
  let state: String
  /// Comes back in the token.
  let nonce: String
  /// Shows that whoever brings the code also asked for it (RFC 7636).
  let verifier: String
  /// Where the browser comes back to; the provider compares it.
  let redirect: String
  let begun: Instant
  let demand: SignInDemand

  /// A sign-in takes no longer.
  public static let life: Duration = .seconds(10 * 60)

  /// Why the provider says that it lets nobody in.
  /// - Parameters:
  ///   - error: the parameter of this name.
  ///   - state: the parameter of this name; empty where there is none.
  /// - Returns: ``OpenIDError/wrongState`` where the answer belongs to another sign-in, so that nobody can end this one.
  public func refusal(error: String, state: String) -> OpenIDError {
    isState(state) ? .declined(OpenIDError.Decline(code: error)) : .wrongState
  }

  func isState(_ text: String) -> Bool { ConstantTime.areEqual(Array(text.utf8), Array(state.utf8)) }

  func isAlive(at now: Instant) -> Bool { (.zero..<Self.life).contains(now.since(begun)) }
}

extension SignInSecrets {
  /// What is to be sealed.
  public var bytes: [UInt8] {
    var members: [String: JSON] = [
      "state": .string(state), "nonce": .string(nonce), "verifier": .string(verifier), "redirect": .string(redirect),
      "begun": .string("\(begun.microseconds)"),
    ]
    members["strength"] = demand.strength.map { .string($0.name) }
    members["fresh"] = demand.fresh.map { .integer($0.components.seconds) }
    return JSON.object(members).canonicalBytes
  }

  /// Reads what ``bytes`` gives; nil for anything else.
  public init?(bytes: [UInt8]) {
    guard let value = JSON(canonical: bytes), let state = value["state"]?.text, let nonce = value["nonce"]?.text,
      let verifier = value["verifier"]?.text, let redirect = value["redirect"]?.text,
      let begun = value["begun"]?.text.flatMap({ Int64($0) }).map(Instant.init(microseconds:))
    else { return nil }
    var demand = SignInDemand()
    if let name = value["strength"] {
      guard let strength = name.text.flatMap({ Strength(named: $0) }) else { return nil }
      demand.strength = strength
    }
    if let seconds = value["fresh"] {
      guard case .integer(let seconds) = seconds, (0...JSON.largestInteger).contains(seconds) else { return nil }
      demand.fresh = .seconds(seconds)
    }
    self.init(
      state: state, nonce: nonce, verifier: verifier, redirect: redirect, begun: begun, demand: demand)
  }
}

extension SignInSecrets: CustomReflectable {
  /// Whatever prints them, for a log or in a debugger, prints nothing of them.
  public var customMirror: Mirror { Mirror(self, children: [:]) }
}
