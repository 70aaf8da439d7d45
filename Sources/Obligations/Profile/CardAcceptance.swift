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

  /// Whether somebody else receives the cards.
  var needsProvider: Bool {
    switch self {
    case .redirect, .iframe, .directPost: true
    case .none, .ownForm: false
    }
  }
}

/// The self-assessment questionnaire of PCI DSS that fits a shop.
public enum SelfAssessment: String, CaseIterable, Sendable {
  case a = "A"
  case aEP = "A-EP"
  case d = "D"
}

/// What the profile says of cards: of the platform, or of one of its storefronts.
public struct CardAcceptance: Hashable, Sendable {
  public let flow: CardFlow
  /// Whether full card numbers are kept anywhere; nil where the profile does not say.
  public let storesNumbers: Bool?

  /// - Parameter platform: what is said of the platform. Numbers that it keeps are kept whatever a storefront's page
  ///   does, so a storefront that does not speak of them takes that over.
  init(_ value: YAMLValue, within platform: CardAcceptance? = nil) throws(ObligationsError) {
    var members = try value.mapping()
    flow = try members.required("flow").oneOf()
    storesNumbers = try members.optional("storesNumbers")?.bool() ?? platform?.storesNumbers
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

/// A way of taking cards, and which storefronts have it.
public struct CardPlace: Hashable, Sendable {
  /// Nil where nobody says how.
  public let cards: CardAcceptance?
  /// By their addresses; empty where it is so on the whole platform.
  public let storefronts: [String]

  /// Where it is, to be put behind a sentence; empty for the whole platform.
  public var suffix: String { storefronts.isEmpty ? "" : " at \(storefronts.joined(separator: ", "))" }
}

extension Profile {
  /// How cards are taken, and where; never empty. A storefront that does not say it does as the platform does. What is
  /// said of the platform counts for nothing more where every storefront says it for itself.
  public var cardPlaces: [CardPlace] {
    var ways: [(cards: CardAcceptance?, storefronts: [String])] = []
    for storefront in storefronts {
      let cards = storefront.cards ?? self.cards
      if let known = ways.firstIndex(where: { $0.cards == cards }) {
        ways[known].storefronts.append(storefront.url)
      } else {
        ways.append((cards, [storefront.url]))
      }
    }
    guard ways.count > 1 else { return [CardPlace(cards: ways.first.map { $0.cards } ?? cards, storefronts: [])] }
    return ways.map { CardPlace(cards: $0.cards, storefronts: $0.storefronts) }
  }
}
