/// How cards are taken on the shop's pages.
public enum CardFlow: String, CaseIterable, Sendable {
  case none
  /// The customer is sent to the provider's page.
  case redirect
  /// The provider's form stands in a frame of the shop's page.
  case iframe
  /// The shop's page sends the card straight to the provider, or a script makes the form.
  case directPost = "direct-post"
  /// The shop's own form and server receive the card.
  case ownForm = "own-form"

  var explanation: String {
    switch self {
    case .none: "no cards are taken"
    case .redirect: "cards are taken on the provider's page"
    case .iframe: "cards are taken in the provider's frame"
    case .directPost: "the shop's page sends cards straight to the provider"
    case .ownForm: "the shop's own form takes cards"
    }
  }
}

/// The self-assessment questionnaire of PCI DSS that fits a shop.
public enum SelfAssessment: String, CaseIterable, Sendable {
  case a = "A"
  case aEP = "A-EP"
  case d = "D"
}

/// What the profile says of cards.
public struct CardAcceptance: Hashable, Sendable {
  public let flow: CardFlow
  /// Whether full card numbers are kept anywhere; nil where the profile does not say.
  public let storesNumbers: Bool?

  init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    flow = try members.required("flow").oneOf()
    storesNumbers = try members.optional("storesNumbers")?.bool()
    try members.finish()
  }

  /// Which questionnaire, and why.
  public enum Choice: Hashable, Sendable {
    case type(SelfAssessment, because: String)
    case none(because: String)
    case unknown(missing: String)
  }

  /// A shop that keeps numbers answers the longest one, whatever its pages do.
  public var selfAssessment: Choice {
    if storesNumbers == true { return .type(.d, because: "SAQ D, because card numbers are stored") }
    switch flow {
    case .none: return .none(because: flow.explanation)
    case .ownForm: return .type(.d, because: "SAQ D, because \(flow.explanation)")
    case .directPost:
      return decided(.type(.aEP, because: "SAQ A-EP, because \(flow.explanation)"))
    case .redirect, .iframe: return decided(.type(.a, because: "SAQ A, because \(flow.explanation)"))
    }
  }

  private func decided(_ choice: Choice) -> Choice {
    storesNumbers == nil ? .unknown(missing: "cards: storesNumbers") : choice
  }
}
