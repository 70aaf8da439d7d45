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
