import Storage

/// The SQL of what the operator has set.
enum SettingStore {
  /// What a setting was set to; nil while nobody did.
  static func value(_ name: String, _ transaction: ReadTransaction) throws -> String? {
    try transaction.first("SELECT value FROM console_setting WHERE name = $1", [.text(name)]) { try $0.text(0) }
  }

  static func put(_ value: String, for name: String, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO console_setting (name, value) VALUES ($1, $2)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value
      """, [.text(name), .text(value)])
  }
}
