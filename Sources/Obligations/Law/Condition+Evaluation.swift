import Primitives

/// The answer to a ``Condition`` with what it rests on.
public enum ConditionAnswer: Hashable, Sendable {
  /// It holds; the facts of the profile that make it hold.
  case yes([String])
  /// It does not; the facts that speak against it.
  case no([String])
  /// The profile does not say; what it would have to say.
  case unknown(missing: [String])

  var isNo: Bool { if case .no = self { true } else { false } }
}

extension Condition {
  /// Asks the profile. Where storefronts take cards in different ways, each way is asked for by itself, and what holds
  /// for one of them holds for the platform.
  public func answer(for profile: Profile) -> ConditionAnswer {
    let answers = profile.cardPlaces.map { answer(for: profile, $0) }
    // Most conditions do not ask for cards.
    if let first = answers.first, answers.allSatisfy({ $0 == first }) { return first }
    return Self.any(answers)
  }

  private func answer(for profile: Profile, _ place: CardPlace) -> ConditionAnswer {
    switch self {
    case .always: .yes([])
    case .any(let conditions): Self.any(conditions.map { $0.answer(for: profile, place) })
    case .all(let conditions): Self.all(conditions.map { $0.answer(for: profile, place) })
    case .not(let condition):
      switch condition.answer(for: profile, place) {
      case .yes(let facts): .no(facts)
      case .no(let facts): .yes(facts)
      case .unknown(let missing): .unknown(missing: missing)
      }
    case .establishedIn(let places): Self.established(in: places, profile)
    case .customersIn(let places): Self.customers(in: places, profile)
    case .customersAtLeast(let count, let place): Self.customers(atLeast: count, in: place, profile)
    case .turnoverAtLeast(let threshold): Self.turnover(atLeast: threshold, profile)
    case .employeesAtLeast(let count):
      Self.decide(profile.employees, missing: "employees") { ($0 >= count, "\($0) employees") }
    case .cards(let flows):
      Self.decide(place.cards, missing: "cards: flow\(place.suffix)") {
        (flows.contains($0.flow), "\($0.flow.explanation)\(place.suffix)")
      }
    case .saq(let types): Self.saq(types, place)
    case .storesCardNumbers(let expected):
      Self.decide(place.cards?.storesNumbers, missing: "cards: storesNumbers\(place.suffix)") {
        ($0 == expected, "\($0 ? "card numbers are stored" : "no card numbers are stored")\(place.suffix)")
      }
    case .marketplace(let expected):
      Self.decide(profile.isMarketplace, missing: "marketplace") {
        ($0 == expected, $0 ? "it is an online marketplace" : "it is not an online marketplace")
      }
    }
  }

  private static func any(_ answers: [ConditionAnswer]) -> ConditionAnswer {
    var (facts, against, missing): ([String], [String], [String]) = ([], [], [])
    for answer in answers {
      switch answer {
      case .yes(let reasons): facts += reasons.isEmpty ? ["always"] : reasons
      case .no(let reasons): against += reasons
      case .unknown(let reasons): missing += reasons
      }
    }
    if !facts.isEmpty { return .yes(facts.withoutRepeats) }
    return missing.isEmpty ? .no(against.withoutRepeats) : .unknown(missing: missing.withoutRepeats)
  }

  private static func all(_ answers: [ConditionAnswer]) -> ConditionAnswer {
    var (facts, against, missing): ([String], [String], [String]) = ([], [], [])
    var isRefuted = false
    for answer in answers {
      switch answer {
      case .yes(let reasons): facts += reasons
      case .no(let reasons): (isRefuted, against) = (true, against + reasons)
      case .unknown(let reasons): missing += reasons
      }
    }
    if isRefuted { return .no(against.withoutRepeats) }
    return missing.isEmpty ? .yes(facts.withoutRepeats) : .unknown(missing: missing.withoutRepeats)
  }

  private static func decide<Fact>(
    _ fact: Fact?, missing: String, _ judge: (Fact) -> (Bool, String)
  ) -> ConditionAnswer {
    guard let fact else { return .unknown(missing: [missing]) }
    let (holds, reason) = judge(fact)
    return holds ? .yes([reason]) : .no([reason])
  }

  private static func established(in places: [Jurisdiction], _ profile: Profile) -> ConditionAnswer {
    guard !profile.entities.isEmpty else { return .unknown(missing: ["entities"]) }
    let inside = profile.entities.filter { entity in places.contains { $0.includes(entity.country) } }
    guard inside.isEmpty else {
      return .yes(inside.map { "\($0.name) is established in \($0.country.code)" })
    }
    // An entity in the United States may or may not be in California.
    let vague = profile.entities.filter { entity in places.contains { entity.country.includes($0) } }
    guard vague.isEmpty else { return .unknown(missing: ["entities: where in \(list(vague.map(\.country)))"]) }
    return .no(["no legal entity in \(list(places))"])
  }

  private static func customers(in places: [Jurisdiction], _ profile: Profile) -> ConditionAnswer {
    guard !profile.customers.isEmpty else { return .unknown(missing: ["customers"]) }
    let groups = profile.customers.filter { $0.count > 0 }
    let inside = groups.filter { group in places.contains { $0.includes(group.place) } }
    guard inside.isEmpty else { return .yes(["customers in \(list(inside.map(\.place)))"]) }
    let vague = groups.filter { group in places.contains { group.place.includes($0) } }
    guard vague.isEmpty else {
      return .unknown(missing: [
        "customers: how many of \(list(vague.map(\.place)))"
          + " are in \(list(places))"
      ])
    }
    return .no(["no customers in \(list(places))"])
  }

  private static func customers(atLeast count: Int64, in place: Jurisdiction, _ profile: Profile) -> ConditionAnswer {
    guard !profile.customers.isEmpty else { return .unknown(missing: ["customers"]) }
    let inside = sum(profile.customers.filter { place.includes($0.place) })
    guard inside < count else { return .yes(["\(inside) customers in \(place.code)"]) }
    let vague = profile.customers.filter { $0.place.includes(place) && !place.includes($0.place) }
    guard inside + sum(vague) < count else {
      return .unknown(missing: ["customers: how many of \(list(vague.map(\.place))) are in \(place.code)"])
    }
    return .no(["\(inside) customers in \(place.code)"])
  }

  private static func sum(_ groups: [Profile.CustomerGroup]) -> Int64 {
    // Counts are at most 2^53 each; whoever lists enough of them to overflow has the most customers there can be.
    groups.reduce(0) { min($0 + $1.count, JSON.largestInteger) }
  }

  private static func list(_ places: [Jurisdiction]) -> String { places.map(\.code).joined(separator: ", ") }

  /// No exchange rate is assumed: a threshold in dollars needs the turnover in dollars.
  private static func turnover(atLeast threshold: Money, _ profile: Profile) -> ConditionAnswer {
    let turnover = profile.turnover.first { $0.currency == threshold.currency }
    return decide(turnover, missing: "turnover in \(threshold.currency)") {
      ($0.amount >= threshold.amount, "turnover of \($0)")
    }
  }

  private static func saq(_ types: [SelfAssessment], _ place: CardPlace) -> ConditionAnswer {
    guard let cards = place.cards else { return .unknown(missing: ["cards: flow\(place.suffix)"]) }
    switch cards.selfAssessment {
    case .type(let type, let because):
      let reason = "\(because)\(place.suffix)"
      return types.contains(type) ? .yes([reason]) : .no([reason])
    case .none(let because): return .no(["\(because)\(place.suffix)"])
    case .unknown(let missing): return .unknown(missing: ["\(missing)\(place.suffix)"])
    }
  }
}

extension [String] {
  /// In the order of their first appearance.
  var withoutRepeats: [String] {
    var seen: Set<String> = []
    return filter { seen.insert($0).inserted }
  }
}
