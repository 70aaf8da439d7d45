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
