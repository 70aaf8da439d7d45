/// A country (ISO 3166-1 alpha-2, such as DE), a part of one (ISO 3166-2, such as US-CA), or a group: EU or EEA.
public struct Jurisdiction: Hashable, Sendable {
  public let code: String

  /// The members of the European Union since 1 February 2020.
  static let union: Set<String> = [
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV",
    "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
  ]

  /// Every code of ISO 3166-1. A misspelt country would make a law not apply without anybody noticing.
  static let countries = Set(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA
    CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA
    GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP
    KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS
    MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS
    RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW
    TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split(whereSeparator: \.isWhitespace).map { String($0) })

  /// The states of the United States with their capital's district and territories.
  static let states = Set(
    """
    AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
    RI SC SD TN TX UT VT VA WA WV WI WY DC AS GU MP PR UM VI
    """.split(whereSeparator: \.isWhitespace).map { String($0) })

  init(_ value: YAMLValue) throws(ObligationsError) { self = try Jurisdiction(value.text(), at: value) }

  init(_ text: String, at place: YAMLValue) throws(ObligationsError) {
    guard let jurisdiction = Jurisdiction(text) else {
      let instead = ["UK": "; the United Kingdom is GB", "EL": "; Greece is GR"][text] ?? ""
      throw place.malformed("'\(text)' is not a country, such as DE, a state, such as US-CA, or EU or EEA\(instead)")
    }
    self = jurisdiction
  }

  /// Nil for what is no country, no part of one and no group.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
    let isKnown: Bool
    switch (parts.first, parts.count) {
    case ("EU", 1), ("EEA", 1): isKnown = true
    case ("US", 2): isKnown = Self.states.contains(parts[1])
    case (let country?, 1): isKnown = Self.countries.contains(country)
    case (let country?, _):
      isKnown =
        Self.countries.contains(country) && (1...3).contains(parts[1].utf8.count)
        && parts[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5a).contains($0) }
    default: isKnown = false
    }
    guard isKnown else { return nil }
    code = text
  }

  /// Whether `other` is this one or lies within it.
  public func includes(_ other: Jurisdiction) -> Bool {
    let country = other.code == "EEA" ? "" : String(other.code.prefix(2))
    return switch code {
    case "EU": other.code == "EU" || Self.union.contains(country)
    case "EEA":
      ["EU", "EEA"].contains(other.code) || ["IS", "LI", "NO"].contains(country) || Self.union.contains(country)
    default: other.code == code || other.code.hasPrefix(code + "-")
    }
  }
}

/// An amount of one currency, in whole units.
public struct Money: Hashable, Sendable {
  public let amount: Int64
  /// ISO 4217.
  public let currency: String

  init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    amount = try members.required("amount").number()
    let currency = try members.required("currency")
    self.currency = try currency.text()
    try members.finish()
    guard self.currency.utf8.count == 3, self.currency.utf8.allSatisfy({ (65...90).contains($0) }) else {
      throw currency.malformed("a currency is three capital letters, such as EUR")
    }
  }
}

extension Money: CustomStringConvertible {
  public var description: String { "\(amount) \(currency)" }
}
