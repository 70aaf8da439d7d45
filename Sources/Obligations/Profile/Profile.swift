public import Primitives

/// What the shop says of itself: `surety.yaml`. It decides which obligations apply, and where checks look.
public struct Profile: Hashable, Sendable {
  public struct LegalEntity: Hashable, Sendable {
    public let name: String
    public let country: Jurisdiction
  }

  /// So many customers live there.
  public struct CustomerGroup: Hashable, Sendable {
    public let place: Jurisdiction
    public let count: Int64
  }

  /// Someone who handles data or cards for the shop.
  public struct Supplier: Hashable, Sendable {
    public let name: String
    public let role: String
    /// When the contract was signed; nil where the profile does not say.
    public let contract: CalendarDate?
    /// When the supplier was assessed last; nil where the profile does not say.
    public let assessed: CalendarDate?
  }

  /// A platform has at most so many storefronts, and as many further endpoints.
  public static let mostStorefronts = 200

  /// What the platform is called.
  public let platform: String
  public let entities: [LegalEntity]
  /// The yearly turnover, in as many currencies as thresholds are stated in.
  public let turnover: [Money]
  public let employees: Int64?
  public let isMarketplace: Bool?
  public let customers: [CustomerGroup]
  /// How cards are taken; a storefront may do it otherwise.
  public let cards: CardAcceptance?
  public let storefronts: [Storefront]
  /// Further endpoints of the shop, such as its API.
  public let endpoints: [String]
  public let suppliers: [Supplier]

  /// Reads a profile. Everything but the platform's name may be missing; what needs it is then undecided.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``.
  public init(yaml bytes: [UInt8], file: String) throws(ObligationsError) {
    var members = try YAMLDocument(bytes, file: file).root.mapping()
    platform = try members.required("platform").text()
    entities = try members.list("entities", LegalEntity.init)
    turnover = try members.list("turnover", Money.init)
    employees = try members.optional("employees")?.number()
    isMarketplace = try members.optional("marketplace")?.bool()
    customers = try Self.customers(members.optional("customers"))
    cards = try members.optional("cards").map { (value) throws(ObligationsError) in try CardAcceptance(value) }
    let cards = cards
    var names = GivenNames()
    storefronts = try members.list("storefronts") { (value) throws(ObligationsError) in
      let storefront = try Storefront(value, platform: cards)
      try names.take(storefront.url, "storefront", at: value)
      return storefront
    }
    endpoints = try members.list("endpoints") { (value) throws(ObligationsError) in
      let endpoint = try value.webAddress()
      try names.take(endpoint, "endpoint", at: value)
      return endpoint
    }
    suppliers = try members.list("suppliers", Supplier.init)
    try members.finish()
    guard max(storefronts.count, endpoints.count) <= Self.mostStorefronts else {
      throw members.malformed("there are more than \(Self.mostStorefronts) storefronts or endpoints")
    }
  }

  /// A profile of a platform of which nothing is known but where it is, for a check without a configuration.
  public init(platform: String, storefronts: [Storefront]) {
    self.platform = platform
    self.storefronts = storefronts
    (entities, turnover, customers, endpoints, suppliers) = ([], [], [], [], [])
    (employees, isMarketplace, cards) = (nil, nil, nil)
  }

  /// A platform of which nothing is known.
  static let unknown = Profile(platform: "", storefronts: [])

  private static func customers(_ value: YAMLValue?) throws(ObligationsError) -> [CustomerGroup] {
    guard let value else { return [] }
    var groups: [CustomerGroup] = []
    for member in try value.mapping().members {
      let place = try Jurisdiction(member.name, at: member.value)
      groups.append(CustomerGroup(place: place, count: try member.value.number()))
    }
    return groups
  }
}

extension Profile.LegalEntity {
  init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    name = try members.required("name").text()
    country = try Jurisdiction(members.required("country"))
    try members.finish()
  }
}

extension Profile.Supplier {
  init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    name = try members.required("name").text()
    role = try members.required("role").text()
    contract = try members.optional("contract")?.date()
    assessed = try members.optional("assessed")?.date()
    try members.finish()
  }
}

/// A shop as its customers see it.
public struct Storefront: Hashable, Sendable {
  /// Its front page.
  public let url: String
  /// Pages on which a card is entered.
  public let paymentPages: [String]
  /// The admin panel; nil to look in the usual places.
  public let adminPanel: String?
  /// Where the storefront answers without TLS; nil for port 80 of the same host.
  public let plainAddress: String?
  /// How cards are taken here, where that differs from the rest of the platform; nil where it does not.
  public let cards: CardAcceptance?

  /// A storefront of which little more than the address is known.
  public init(url: String, paymentPages: [String] = [], adminPanel: String? = nil, plainAddress: String? = nil) {
    self.url = url
    self.paymentPages = paymentPages
    self.adminPanel = adminPanel
    self.plainAddress = plainAddress
    self.cards = nil
  }

  /// - Parameter platform: how cards are taken on the rest of the platform.
  init(_ value: YAMLValue, platform: CardAcceptance?) throws(ObligationsError) {
    var members = try value.mapping()
    url = try members.required("url").webAddress()
    paymentPages = try members.list("paymentPages") { (page) throws(ObligationsError) in try page.webAddress() }
    adminPanel = try members.optional("adminPanel")?.webAddress()
    plainAddress = try members.optional("plainAddress")?.webAddress()
    cards = try members.optional("cards").map { (value) throws(ObligationsError) in
      try CardAcceptance(value, within: platform)
    }
    try members.finish()
  }
}
