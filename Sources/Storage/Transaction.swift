/// What both engines do for a transaction. Used on one thread only.
protocol Connection: AnyObject {
  /// Runs a statement and gives the number of rows it changed.
  func execute(_ sql: StaticString, _ arguments: [SQLValue]) throws(StorageError) -> Int
  /// Runs one statement for each list of arguments and gives the number of rows changed in all.
  func execute(_ sql: StaticString, batch: [[SQLValue]]) throws(StorageError) -> Int
  /// Runs a query; `each` says whether it wants another row.
  func query(
    _ sql: StaticString, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Bool
  ) throws
  /// Tells the listeners of a channel once the transaction is committed.
  func notify(_ channel: Channel, _ payload: String) throws(StorageError)
}

/// A consistent view of the data: what was committed when it began. Valid only inside the closure it is given to.
///
/// SQL is written once for both databases: parameters are `$1`, `$2`, …, sums are cast (`CAST(sum(x) AS BIGINT)`).
/// Only literals are taken, so that no input can become part of a statement.
public class ReadTransaction {
  let connection: any Connection

  init(connection: any Connection) { self.connection = connection }

  /// All rows of an answer, each as `row` reads it.
  public func query<Value>(
    _ sql: StaticString, _ arguments: [SQLValue] = [], row: (borrowing Row) throws -> Value
  ) throws -> [Value] {
    var values: [Value] = []
    try connection.query(sql, arguments) {
      values.append(try row($0))
      return true
    }
    return values
  }

  /// The first row of an answer, or nil when it is empty.
  public func first<Value>(
    _ sql: StaticString, _ arguments: [SQLValue] = [], row: (borrowing Row) throws -> Value
  ) throws -> Value? {
    var value: Value?
    try connection.query(sql, arguments) {
      value = try row($0)
      return false
    }
    return value
  }

  /// Calls `row` with each row until it returns false; holds one row at a time on SQLite, the whole answer on
  /// PostgreSQL, so bound it with a limit.
  public func forEach(
    _ sql: StaticString, _ arguments: [SQLValue] = [], row: (borrowing Row) throws -> Bool
  ) throws {
    try connection.query(sql, arguments, row)
  }
}

/// A transaction that is committed when its closure returns and rolled back when it throws. It may run more than
/// once, so its closure changes nothing but the database.
public final class WriteTransaction: ReadTransaction {
  /// Runs a statement.
  /// - Returns: the number of rows it changed.
  @discardableResult
  public func execute(_ sql: StaticString, _ arguments: [SQLValue] = []) throws(StorageError) -> Int {
    try connection.execute(sql, arguments)
  }

  /// Runs one statement for each list of arguments; on PostgreSQL in one round trip.
  /// - Returns: the number of rows changed in all.
  @discardableResult
  public func execute(_ sql: StaticString, batch: [[SQLValue]]) throws(StorageError) -> Int {
    try batch.isEmpty ? 0 : connection.execute(sql, batch: batch)
  }

  /// Tells the listeners of a channel, on every node, once the transaction is committed; see
  /// ``Database/notifications(on:)``.
  public func notify(_ channel: Channel, _ payload: String = "") throws(StorageError) {
    try connection.notify(channel, payload)
  }
}

/// A name under which nodes tell each other that something changed.
public struct Channel: Hashable, Sendable {
  let name: String

  /// A channel; the name is a literal of lower-case letters and underscores.
  public init(_ name: StaticString) { self.name = name.description }
}
