import GRDB
import GRDBSQLite

/// Statements on one SQLite connection, for the length of one access to it. GRDB owns the connection, its statement
/// cache and its thread; binding and stepping are SQLite's own calls, because they are the hot path.
final class SQLiteConnection: Connection {
  let database: GRDB.Database
  let handle: OpaquePointer
  let stopwatch: Stopwatch
  /// Told at the commit, in order.
  private(set) var notifications: [(Channel, String)] = []

  /// Takes over a connection until ``end()``.
  init(_ database: GRDB.Database, statementTime: Duration) throws(StorageError) {
    guard let handle = database.sqliteConnection else {
      throw .cannotOpen(location: "", reason: "the connection is closed")
    }
    self.database = database
    self.handle = handle
    stopwatch = Stopwatch(limit: statementTime)
    // Every 4,000 instructions of SQLite's machine, some tens of microseconds: cheap, and prompt enough.
    sqlite3_progress_handler(
      handle, 4_000,
      { context in
        guard let context else { return 0 }
        return Unmanaged<Stopwatch>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
      },
      Unmanaged.passUnretained(stopwatch).toOpaque())
  }

  /// Gives the connection back.
  func end() { sqlite3_progress_handler(handle, 0, nil, nil) }

  /// Whether a transaction is open. SQLite ends one by itself after a full disk, an I/O error or an interruption.
  var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

  func execute(_ sql: StaticString, _ arguments: [SQLValue]) throws(StorageError) -> Int {
    try execute(text: sql.description, arguments)
  }

  private func execute(text sql: String, _ arguments: [SQLValue]) throws(StorageError) -> Int {
    let statement = try prepare(sql, arguments)
    defer { sqlite3_reset(statement) }
    return try run(statement)
  }

  /// - Returns: how many rows it changed.
  private func run(_ statement: OpaquePointer) throws(StorageError) -> Int {
    stopwatch.start()
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: continue
      case SQLITE_DONE: return Int(sqlite3_changes(handle))
      default: throw failure()
      }
    }
  }

  func execute(_ sql: StaticString, batch: [[SQLValue]]) throws(StorageError) -> Int {
    guard let first = batch.first else { return 0 }
    let statement = try prepare(sql.description, first)
    defer { sqlite3_reset(statement) }
    var changed = try run(statement)
    for arguments in batch.dropFirst() {
      sqlite3_reset(statement)
      try bind(arguments, to: statement)
      changed += try run(statement)
    }
    return changed
  }

  func query(_ sql: StaticString, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Bool) throws {
    try query(text: sql.description, arguments, each)
  }

  private func query(text sql: String, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Bool) throws {
    let statement = try prepare(sql, arguments)
    defer { sqlite3_reset(statement) }
    stopwatch.start()
    while true {
      switch sqlite3_step(statement) {
      case SQLITE_ROW: if try !each(Row(source: .sqlite(statement))) { return }
      case SQLITE_DONE: return
      default: throw failure()
      }
    }
  }

  func notify(_ channel: Channel, _ payload: String) { notifications.append((channel, payload)) }

  /// The notifications so far, after which none are left.
  func takeNotifications() -> [(Channel, String)] {
    defer { notifications = [] }
    return notifications
  }

  /// Forgets the notifications that came after the first `count`, with the savepoint they belong to.
  func keepNotifications(_ count: Int) { notifications.removeSubrange(min(count, notifications.count)...) }

  private func prepare(_ sql: String, _ arguments: [SQLValue]) throws(StorageError) -> OpaquePointer {
    let statement: OpaquePointer
    do {
      statement = try database.cachedStatement(sql: sql).sqliteStatement
    } catch {
      throw SQLiteFailure.storageError(error)
    }
    try bind(arguments, to: statement)
    return statement
  }

  private func bind(_ arguments: [SQLValue], to statement: OpaquePointer) throws(StorageError) {
    let expected = Int(sqlite3_bind_parameter_count(statement))
    guard expected == arguments.count else {
      throw .statementFailed(code: "parameters", message: "\(arguments.count) values for \(expected) parameters")
    }
    // Parameters are named `$1`, `$2`, …: SQLite numbers them in the order in which they first appear.
    for position in 1...max(1, expected) where position <= expected {
      guard let name = sqlite3_bind_parameter_name(statement, Int32(position)),
        let number = Self.number(of: name), arguments.indices.contains(number - 1)
      else { throw .statementFailed(code: "parameters", message: "parameters are to be named $1, $2, …") }
      try bind(arguments[number - 1], at: Int32(position), of: statement)
    }
  }

  /// The number behind the sign with which a parameter's name begins; nil for another name.
  private static func number(of name: UnsafePointer<CChar>) -> Int? {
    var (number, position) = (0, 1)
    while name[position] != 0 {
      let digit = Int(name[position]) - 0x30
      guard (0...9).contains(digit), position < 6 else { return nil }
      number = 10 * number + digit
      position += 1
    }
    return position > 1 ? number : nil
  }

  private func bind(_ value: SQLValue, at position: Int32, of statement: OpaquePointer) throws(StorageError) {
    let code: Int32
    switch value {
    case .null: code = sqlite3_bind_null(statement, position)
    case .integer(let value): code = sqlite3_bind_int64(statement, position, value)
    case .real(let value): code = sqlite3_bind_double(statement, position, value)
    case .text(var text):
      guard !text.utf8.contains(0) else { throw .unsupportedValue(reason: "text holds a NUL") }
      code = text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          // An empty buffer may have no address, which SQLite would take for null.
          $0.isEmpty
            ? sqlite3_bind_text(statement, position, "", 0, copying)
            : sqlite3_bind_text(statement, position, $0.baseAddress, Int32($0.count), copying)
        }
      }
    case .blob(let bytes):
      code = bytes.withUnsafeBytes {
        $0.isEmpty
          ? sqlite3_bind_zeroblob(statement, position, 0)
          : sqlite3_bind_blob64(statement, position, $0.baseAddress, UInt64($0.count), copying)
      }
    }
    guard code == SQLITE_OK else { throw failure() }
  }

  /// Why the last call failed.
  func failure() -> StorageError {
    if stopwatch.hasElapsed { return .timeLimitExceeded(stopwatch.limit) }
    return SQLiteFailure.storageError(
      extendedCode: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
  }
}

/// SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
private let copying = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

extension SQLiteConnection: MigratingConnection {
  var dialect: Dialect { .sqlite }
  var transaction: WriteTransaction { WriteTransaction(connection: self) }

  func executeScript(_ sql: String) throws(StorageError) {
    // A migration takes the time it needs.
    stopwatch.reset()
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
  }
}

extension SQLiteConnection: CopyingConnection {
  var shapes: String {
    """
    SELECT t.name, c.name, c.type, c.pk FROM sqlite_schema t, pragma_table_info(t.name) c
    WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY t.name, c.cid
    """
  }

  var references: String {
    """
    SELECT t.name, f."table" FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'
    """
  }

  func query(
    copying sql: String, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Void
  ) throws {
    try query(text: sql, arguments) {
      try each($0)
      return true
    }
  }

  func execute(copying sql: String, batch: [[SQLValue]]) throws(StorageError) {
    for arguments in batch { _ = try execute(text: sql, arguments) }
  }

  /// SQLite takes the largest number there is by itself.
  func countOn(_ table: TableShape) {}
}
