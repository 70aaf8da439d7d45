import Journal
import Primitives
import Storage

/// Whether anybody may see how the shop stands: off until a member switches it on.
struct StandingPageSwitch: Sendable {
  let database: Database
  let journal: Journal

  static let setting = "standing-page"

  init(of rooms: Rooms) { (database, journal) = (rooms.database, rooms.journal) }

  func isOn() async throws -> Bool {
    try await database.read { try SettingStore.value(Self.setting, $0) == "on" }
  }

  /// Switches it, and says so in the journal.
  func turn(on isOn: Bool, by author: Entry.Author) async throws {
    let value = isOn ? "on" : "off"
    try await database.write { transaction in
      guard try SettingStore.value(Self.setting, transaction) != value else { return }
      try SettingStore.put(value, for: Self.setting, transaction)
      try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "settings.changed"), author: author,
          facts: ["setting": .string(Self.setting), "value": .string(value)]), in: transaction)
    }
  }
}
