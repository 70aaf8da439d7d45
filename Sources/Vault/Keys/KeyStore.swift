import Primitives
import Storage

/// The SQL of wrapped keys.
enum KeyStore {
  struct PlatformKey: Sendable {
    let version: Int64
    let root: String
    /// Nil once it is destroyed.
    let wrapped: [UInt8]?
    let made: Instant
    let retired: Instant?
  }

  struct SubjectKey: Sendable {
    let subject: Identifier<Subject>
    let version: Int64
    let platformVersion: Int64
    let wrapped: [UInt8]
  }

  /// The oldest first.
  static func platformKeys(_ transaction: ReadTransaction) throws -> [PlatformKey] {
    try transaction.query(
      "SELECT version, root, wrapped, made, retired FROM vault_platform_key ORDER BY version", row: readPlatformKey)
  }

  static func platformKey(_ version: Int64, _ transaction: ReadTransaction) throws -> PlatformKey? {
    try transaction.first(
      "SELECT version, root, wrapped, made, retired FROM vault_platform_key WHERE version = $1", [.integer(version)],
      row: readPlatformKey)
  }

  /// The newest version of the data map and of the platform's keys; nil where there is none.
  static func newestVersions(
    _ transaction: ReadTransaction
  ) throws -> (map: Int64?, platformKey: Int64?) {
    try transaction.first(
      "SELECT (SELECT max(version) FROM vault_map), (SELECT max(version) FROM vault_platform_key)"
    ) { (try $0.optionalInteger(0), try $0.optionalInteger(1)) } ?? (nil, nil)
  }

  static func newestVersion(_ transaction: ReadTransaction) throws -> Int64? {
    try transaction.first("SELECT version FROM vault_platform_key ORDER BY version DESC LIMIT 1") { try $0.integer(0) }
  }

  private static func readPlatformKey(_ row: borrowing Row) throws -> PlatformKey {
    PlatformKey(
      version: try row.integer(0), root: try row.text(1), wrapped: try row.optionalBlob(2),
      made: Instant(microseconds: try row.integer(3)),
      retired: try row.optionalInteger(4).map(Instant.init(microseconds:)))
  }

  static func insert(_ key: PlatformKey, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "INSERT INTO vault_platform_key (version, root, wrapped, made) VALUES ($1, $2, $3, $4)",
      [.integer(key.version), .text(key.root), .optionalBlob(key.wrapped), .integer(key.made.microseconds)])
  }

  static func putWrapped(_ wrapped: [UInt8], root: String, of version: Int64, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_platform_key SET wrapped = $1, root = $2 WHERE version = $3",
      [.blob(wrapped), .text(root), .integer(version)])
  }

  /// Destroys a platform key's bytes.
  static func retire(_ version: Int64, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_platform_key SET wrapped = NULL, retired = $1 WHERE version = $2",
      [.integer(now.microseconds), .integer(version)])
  }

  static func insert(_ keys: [SubjectKey], at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_subject_key (subject, version, platform_version, wrapped, made) VALUES ($1, $2, $3, $4, $5)
      """,
      batch: keys.map {
        [
          .blob($0.subject.bytes), .integer($0.version), .integer($0.platformVersion), .blob($0.wrapped),
          .integer(now.microseconds),
        ]
      })
  }

  static func subjectKey(_ subject: Identifier<Subject>, _ transaction: ReadTransaction) throws -> SubjectKey? {
    try transaction.first(
      "SELECT subject, version, platform_version, wrapped FROM vault_subject_key WHERE subject = $1",
      [.blob(subject.bytes)], row: read)
  }

  /// With how it stands with the subject.
  static func keyAndState(
    of subject: Identifier<Subject>, _ transaction: ReadTransaction
  ) throws -> (key: SubjectKey, state: SubjectState)? {
    try transaction.first(
      """
      SELECT k.subject, k.version, k.platform_version, k.wrapped, s.state
      FROM vault_subject_key k JOIN vault_subject s ON s.id = k.subject WHERE k.subject = $1
      """, [.blob(subject.bytes)]
    ) { row in
      guard let state = SubjectState(rawValue: try row.integer(4)) else {
        throw VaultError.damaged(what: "a subject's state")
      }
      return (try read(row), state)
    }
  }

  /// Keys that are not under the newest platform key, from a subject on.
  static func subjectKeys(
    notUnder version: Int64, after cursor: [UInt8], limit: Int, _ transaction: ReadTransaction
  ) throws -> [SubjectKey] {
    try transaction.query(
      """
      SELECT subject, version, platform_version, wrapped FROM vault_subject_key
      WHERE subject > $1 AND platform_version <> $2 ORDER BY subject LIMIT $3
      """, [.blob(cursor), .integer(version), .integer(limit)], row: read)
  }

  private static func read(_ row: borrowing Row) throws -> SubjectKey {
    SubjectKey(
      subject: try row.identifier(0), version: try row.integer(1), platformVersion: try row.integer(2),
      wrapped: try row.blob(3))
  }

  static func put(_ keys: [SubjectKey], _ transaction: WriteTransaction) throws {
    try transaction.execute(
      "UPDATE vault_subject_key SET version = $1, platform_version = $2, wrapped = $3 WHERE subject = $4",
      batch: keys.map {
        [.integer($0.version), .integer($0.platformVersion), .blob($0.wrapped), .blob($0.subject.bytes)]
      })
  }

  static func deleteSubjectKey(_ subject: Identifier<Subject>, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM vault_subject_key WHERE subject = $1", [.blob(subject.bytes)])
  }

  /// How many subjects' keys are under each platform key.
  static func subjectKeyCounts(_ transaction: ReadTransaction) throws -> [Int64: Int64] {
    Dictionary(
      uniqueKeysWithValues: try transaction.query(
        "SELECT platform_version, count(*) FROM vault_subject_key GROUP BY platform_version"
      ) { (try $0.integer(0), try $0.integer(1)) })
  }

  struct IndexKey: Sendable {
    let name: String
    let platformVersion: Int64
    let wrapped: [UInt8]
  }

  static func indexKeys(_ transaction: ReadTransaction) throws -> [IndexKey] {
    try transaction.query("SELECT name, platform_version, wrapped FROM vault_index_key ORDER BY name") {
      IndexKey(name: try $0.text(0), platformVersion: try $0.integer(1), wrapped: try $0.blob(2))
    }
  }

  static func indexKey(_ name: String, _ transaction: ReadTransaction) throws -> IndexKey? {
    try transaction.first(
      "SELECT name, platform_version, wrapped FROM vault_index_key WHERE name = $1", [.text(name)]
    ) { IndexKey(name: try $0.text(0), platformVersion: try $0.integer(1), wrapped: try $0.blob(2)) }
  }

  static func put(_ key: IndexKey, at now: Instant, _ transaction: WriteTransaction) throws {
    try transaction.execute(
      """
      INSERT INTO vault_index_key (name, platform_version, wrapped, made) VALUES ($1, $2, $3, $4)
      ON CONFLICT (name) DO UPDATE SET platform_version = excluded.platform_version, wrapped = excluded.wrapped
      """,
      [.text(key.name), .integer(key.platformVersion), .blob(key.wrapped), .integer(now.microseconds)])
  }
}

extension Row {
  /// A stored identifier.
  func identifier<Subject>(_ column: Int) throws -> Identifier<Subject> {
    guard let id = Identifier<Subject>(bytes: try blob(column)) else { throw VaultError.damaged(what: "an identifier") }
    return id
  }
}
