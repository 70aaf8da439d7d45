/// All rows of all tables, as they were when it began. Valid only inside the closure it is given to.
public final class Snapshot {
  private let connection: any CopyingConnection
  /// Every table, those that others refer to first.
  public let tables: [TableShape]

  init(_ connection: any CopyingConnection) throws {
    self.connection = connection
    tables = try connection.tables()
  }

  /// Calls `each` with every row of a table, in the order of its key; holds a few hundred rows at a time.
  public func forEachRow(of table: TableShape, _ each: ([SQLValue]) throws -> Void) throws {
    let columns = table.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let places = table.key.compactMap { key in table.columns.firstIndex { $0.name == key } }
    let key = table.key.map { "\"\($0)\"" }.joined(separator: ", ")
    guard !places.isEmpty else {
      return try connection.query(copying: "SELECT \(columns) FROM \"\(table.name)\"", []) {
        try each(try $0.values(of: table))
      }
    }
    let parameters = places.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    var (last, limit): ([SQLValue]?, Int) = (nil, Self.fewest)
    while true {
      let condition = last == nil ? "" : " WHERE (\(key)) > (\(parameters))"
      let sql = "SELECT \(columns) FROM \"\(table.name)\"\(condition) ORDER BY \(key) LIMIT \(limit)"
      var (count, bytes) = (0, 0)
      try connection.query(copying: sql, last ?? []) { row in
        let values = try row.values(of: table)
        last = places.map { values[$0] }
        count += 1
        bytes += values.reduce(0) { $0 + $1.length }
        try each(values)
      }
      if count < limit { return }
      // Many small rows at a time, few large ones.
      limit = bytes < Self.enough ? Self.most : Self.fewest
    }
  }

  private static let (fewest, most, enough) = (64, 2_048, 256 * 1_024)
}

/// Puts rows in the place of others. Valid only inside the closure it is given to.
public final class Replacement {
  private let connection: any CopyingConnection
  private let tables: [String: TableShape]

  fileprivate init(_ connection: any CopyingConnection, keeping isKept: (String) -> Bool) throws {
    self.connection = connection
    let all = try connection.tables().filter { !isKept($0.name) }
    for table in all.reversed() { try connection.execute(copying: "DELETE FROM \"\(table.name)\"", batch: [[]]) }
    tables = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
  }

  /// Puts rows in. Tables come in the order in which a ``Snapshot`` gave them.
  /// - Throws: ``StorageError/unsupportedValue(reason:)`` for a table or a column that is not there.
  public func insert(_ rows: [[SQLValue]], into table: TableShape) throws {
    guard let known = tables[table.name], Set(table.columns).isSubset(of: Set(known.columns)) else {
      throw StorageError.unsupportedValue(reason: "there is no table \(table.name) with these columns to put rows in")
    }
    let columns = table.columns.map { "\"\($0.name)\"" }.joined(separator: ", ")
    let parameters = table.columns.indices.map { "$\($0 + 1)" }.joined(separator: ", ")
    try connection.execute(
      copying: "INSERT INTO \"\(table.name)\" (\(columns)) VALUES (\(parameters))", batch: rows)
  }

  fileprivate func finish() throws {
    for table in tables.values { try connection.countOn(table) }
  }
}

extension Database {
  /// Runs `body` over a consistent view of everything, while others read and write. On SQLite the write-ahead log grows
  /// meanwhile.
  public func copyOut<Value: Sendable>(_ body: @escaping @Sendable (Snapshot) throws -> Value) async throws -> Value {
    try await read { transaction in
      guard let connection = transaction.connection as? any CopyingConnection else {
        throw StorageError.unsupportedValue(reason: "this database cannot be copied")
      }
      return try body(Snapshot(connection))
    }
  }

  /// Empties every table that is not kept, and has `body` put rows in, all in one transaction. It may run several times.
  public func replaceAll(
    keeping isKept: @escaping @Sendable (String) -> Bool, _ body: @escaping @Sendable (Replacement) throws -> Void
  ) async throws {
    try await write { transaction in
      guard let connection = transaction.connection as? any CopyingConnection else {
        throw StorageError.unsupportedValue(reason: "this database cannot be copied")
      }
      let replacement = try Replacement(connection, keeping: isKept)
      try body(replacement)
      try replacement.finish()
    }
  }
}

extension Row {
  fileprivate func values(of table: TableShape) throws -> [SQLValue] {
    var values: [SQLValue] = []
    values.reserveCapacity(table.columns.count)
    for (position, column) in table.columns.enumerated() {
      if isNull(position) {
        values.append(.null)
        continue
      }
      switch column.kind {
      case .integer: values.append(.integer(try integer(position)))
      case .real: values.append(.real(try real(position)))
      case .text: values.append(.text(try text(position)))
      case .blob: values.append(.blob(try blob(position)))
      }
    }
    return values
  }
}

extension SQLValue {
  /// About how many bytes it takes.
  fileprivate var length: Int {
    switch self {
    case .null: 1
    case .integer, .real: 8
    case .text(let text): text.utf8.count
    case .blob(let bytes): bytes.count
    }
  }
}
