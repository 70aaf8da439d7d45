import Primitives
import TestKit
import Testing

@testable import Vault

@Suite struct `The data map` {
  static func read(_ yaml: String) throws -> DataMap { try DataMap(yaml: Array(yaml.utf8), file: "map.yaml") }

  @Test func `The example is read as it says`() throws {
    let map = try Self.read(try TestVault.exampleMap())
    #expect(map.warnings == [])
    #expect(map.collections.map(\.name) == ["profile", "orders", "cards"])
    let profile = try #require(map[collection: "profile"])
    #expect(profile.isSingle)
    #expect(profile.indexes.map(\.name) == ["email", "phone", "last_name+postcode"])
    #expect(profile["email"]?.search == .unique)
    #expect(profile["birth_date"]?.type == .date)
    #expect(map[collection: "cards"]?["number"]?.isMasked == true)
    #expect(map.purposes.count == 4)
    #expect(map.declarations(for: "essential.legal_obligation").first?.mustKeep != nil)
    #expect(map.text == (try TestVault.exampleMap()))
  }

  @Test func `Retired words are read as what stands for them now, with a warning`() throws {
    let map = try Self.read(
      """
      dataset:
        - fides_key: shop_db
          organization_fides_key: default_organization
          third_party_transfers: [USA]
          collections:
            - name: users
              fields:
                - name: state
                  data_categories: [user.provided.identifiable.contact.state]
                  data_qualifier: aggregated
      system:
        - fides_key: shop
          system_type: Service
          data_responsibility_title: Controller
          privacy_declarations:
            - name: Analyse
              data_categories: [user.cookie_id]
              data_use: improve.system
              data_subjects: [customer]
              data_qualifier: aggregated
      """)
    #expect(
      map.warnings.map(\.text) == [
        "user.provided.identifiable.contact.state is retired; read as user.contact.address.state",
        "improve.system is retired; read as functional.service.improve",
        "user.cookie_id is retired; read as user.device.cookie_id",
      ])
    #expect(map.warnings.first?.line == 9)
    #expect(map.otherDatasets == ["shop_db"])
    #expect(map.declarations.first?.use == "functional.service.improve")
    // What Surety does not know of is still there.
    #expect(map.text.contains("third_party_transfers: [USA]"))
  }

  static let wrong: [(String, String, Int)] = [
    ("data_categories: [user.contact.email]", "data_categories: [user.contact.mail]", 18),
    ("surety_meta: {type: date}", "surety_meta: {type: day}", 31),
    ("surety_meta: {type: date}", "surety_meta: {typ: date}", 31),
    ("name: birth_date", "name: cvv", 29),
    ("name: birth_date", "name: email", 29),
    ("from: field:ordered_on", "from: field:paid_on", 2),
    ("retention_period: P10Y", "x: y", 92),
    (
      "data_categories: [user.contact, user.name, user.behavior.purchase_history, user.demographic.date_of_birth]",
      "data_categories: [user.contact, user.name, user.behavior.purchase_history]", 2
    ),
    ("vault: true", "vault: perhaps", 7),
    ("- [last_name, postcode]", "- [last_name, shoe_size]", 14),
  ]

  @Test(arguments: wrong.indices)
  func `What cannot be carried out is refused with its place`(_ number: Int) throws {
    let (right, wrong, _) = Self.wrong[number]
    let text = try TestVault.exampleMap()
    #expect(text.contains(right))
    let error = #expect(throws: VaultError.self) { try Self.read(text.replacing(right, with: wrong)) }
    guard case .unusableMap(let file, let line, let reason)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(file == "map.yaml")
    #expect(line > 0 && !reason.isEmpty)
  }

  @Test func `A change is told part by part`() throws {
    let text = try TestVault.exampleMap()
    let (old, new) = (
      try Self.read(text),
      try Self.read(
        text.replacing("- name: phone", with: "- name: mobile").replacing(
          "retention_period: P13M", with: "retention_period: P1Y"))
    )
    let difference = MapDifference(from: old, to: new)
    #expect(difference.added == ["field profile.mobile"])
    #expect(difference.removed == ["field profile.phone"])
    #expect(difference.changed == ["collection profile", "purpose essential.service.payment_processing (shop)"])
    #expect(MapDifference(from: old, to: old).isEmpty)
  }

  @Test(arguments: [
    ("P2Y", 24, 0), ("P13M", 13, 0), ("P30D", 0, 30), ("P1Y6M10D", 18, 10), ("P2W", 0, 14),
  ])
  func `Periods are ISO 8601 durations`(_ text: String, _ months: Int, _ days: Int) throws {
    let period = try #require(RetentionRule.Period(text))
    #expect(period.months == months)
    #expect(period.days == days)
  }

  @Test(arguments: ["", "P", "2Y", "PT1H", "P1D1Y", "P-1Y", "P1", "P99999999999Y", "two years"])
  func `Anything else is no period`(_ text: String) { #expect(RetentionRule.Period(text) == nil) }

  @Test func `A period ends on the same day, or the last of a shorter month`() throws {
    let start = try #require(Instant(rfc3339: "2027-01-31T12:00:00Z"))
    #expect(try #require(RetentionRule.Period("P1M")).end(from: start).rfc3339.hasPrefix("2027-02-28T12:00:00"))
    #expect(try #require(RetentionRule.Period("P1Y1D")).end(from: start).rfc3339.hasPrefix("2028-02-01T12:00:00"))
  }

  /// CipherSweet's published table: R, bits that are there, the shortest, and the longest; its longest is the first that
  /// hides less than two, ours is the one before.
  @Test(arguments: [
    (50_000, 0, 8, 15), (50_000, 4, 4, 11), (100_000, 0, 9, 16), (1_000_000, 0, 10, 19), (10_000_000, 0, 12, 23),
  ])
  func `Indexes are planned as CipherSweet's planner does`(_ records: Int, _ existing: Int, _ least: Int, _ most: Int)
    throws
  {
    let bounds = try #require(IndexPlan.bounds(records: records, existing: existing == 0 ? [] : [existing]))
    #expect(bounds.lowerBound == least)
    #expect(bounds.upperBound == most - 1)
    let bits = existing == 0 ? [bounds.upperBound] : [existing, bounds.upperBound]
    #expect(IndexPlan.coincidences(records: records, bits: bits) >= 2)
    #expect(IndexPlan.bounds(records: 15) == nil)
  }
}
