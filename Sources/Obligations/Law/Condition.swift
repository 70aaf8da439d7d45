/// When a framework or a requirement applies, as a question about the profile. What the profile does not say makes the
/// answer unknown, never no.
public indirect enum Condition: Hashable, Sendable {
  case always
  case any([Condition])
  case all([Condition])
  case not(Condition)
  case establishedIn([Jurisdiction])
  case customersIn([Jurisdiction])
  case customersAtLeast(Int64, in: Jurisdiction)
  case turnoverAtLeast(Money)
  case employeesAtLeast(Int64)
  case cards([CardFlow])
  case saq([SelfAssessment])
  case storesCardNumbers(Bool)
  case marketplace(Bool)

  init(_ value: YAMLValue) throws(ObligationsError) {
    let members = try value.mapping().members
    guard members.count == 1, let member = members.first else {
      throw value.malformed("a condition has one name, such as 'customersIn: [EEA]'")
    }
    self = try Self.read(member.name, member.value)
  }

  private static func read(_ name: String, _ value: YAMLValue) throws(ObligationsError) -> Condition {
    switch name {
    case "always":
      guard try value.bool() else { throw value.malformed("'always' can only be true") }
      return .always
    case "any": return .any(try conditions(value))
    case "all": return .all(try conditions(value))
    case "not": return .not(try Condition(value))
    case "establishedIn": return .establishedIn(try jurisdictions(value))
    case "customersIn": return .customersIn(try jurisdictions(value))
    case "customersAtLeast":
      var members = try value.mapping()
      let place = try Jurisdiction(members.required("in"))
      let count = try members.required("count").number()
      try members.finish()
      return .customersAtLeast(count, in: place)
    case "turnoverAtLeast": return .turnoverAtLeast(try Money(value))
    case "employeesAtLeast": return .employeesAtLeast(try value.number())
    case "cards": return .cards(try choices(value))
    case "saq": return .saq(try choices(value))
    case "storesCardNumbers": return .storesCardNumbers(try value.bool())
    case "marketplace": return .marketplace(try value.bool())
    default: throw value.malformed("'\(name)' is not a condition")
    }
  }

  private static func conditions(_ value: YAMLValue) throws(ObligationsError) -> [Condition] {
    var conditions: [Condition] = []
    for element in try value.list() { conditions.append(try Condition(element)) }
    guard !conditions.isEmpty else { throw value.malformed("the list is empty") }
    return conditions
  }

  private static func jurisdictions(_ value: YAMLValue) throws(ObligationsError) -> [Jurisdiction] {
    var jurisdictions: [Jurisdiction] = []
    for element in try value.list() { jurisdictions.append(try Jurisdiction(element)) }
    guard !jurisdictions.isEmpty else { throw value.malformed("the list is empty") }
    return jurisdictions
  }

  private static func choices<Choice: RawRepresentable<String> & CaseIterable>(
    _ value: YAMLValue
  ) throws(ObligationsError) -> [Choice] {
    var choices: [Choice] = []
    for element in try value.list() { choices.append(try element.oneOf()) }
    guard !choices.isEmpty else { throw value.malformed("the list is empty") }
    return choices
  }
}
