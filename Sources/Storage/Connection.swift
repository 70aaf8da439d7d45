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
