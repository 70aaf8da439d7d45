import CPostgreSQL
import GRDBSQLite

/// A row of an answer; valid only inside the closure it is given to. Columns count from 0.
public struct Row: ~Copyable {
  enum Source {
    /// A statement that stands on a row.
    case sqlite(OpaquePointer)
    /// A result and the number of a row in it.
    case postgreSQL(OpaquePointer, Int32)
  }

  let source: Source

  /// Whether a column is null.
  public func isNull(_ column: Int) -> Bool {
    switch source {
    case .sqlite(let statement): sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL
    case .postgreSQL(let result, let row): PQgetisnull(result, row, Int32(column)) == 1
    }
  }

  /// An integer.
  /// - Throws: ``StorageError/unexpectedValue(column:expected:)`` when the column holds something else.
  public func integer(_ column: Int) throws(StorageError) -> Int64 {
    switch source {
    case .sqlite(let statement):
      guard sqlite3_column_type(statement, Int32(column)) == SQLITE_INTEGER else {
        throw .unexpectedValue(column: column, expected: "an integer")
      }
      return sqlite3_column_int64(statement, Int32(column))
    case .postgreSQL(let result, let row):
      let bytes = try field(result, row, column, types: [.int8, .int4, .int2, .bool], expected: "an integer")
      guard let first = bytes.first else { throw .unexpectedValue(column: column, expected: "an integer") }
      let sign: Int64 = bytes.count > 1 && first >= 0x80 ? -1 : 0
      return bytes.reduce(sign) { $0 << 8 | Int64($1) }
    }
  }

  /// A number with a fraction.
  /// - Throws: ``StorageError/unexpectedValue(column:expected:)`` when the column holds something else.
  public func real(_ column: Int) throws(StorageError) -> Double {
    switch source {
    case .sqlite(let statement):
      guard sqlite3_column_type(statement, Int32(column)) == SQLITE_FLOAT else {
        throw .unexpectedValue(column: column, expected: "a number")
      }
      return sqlite3_column_double(statement, Int32(column))
    case .postgreSQL(let result, let row):
      let bytes = try field(result, row, column, types: [.float8], expected: "a number")
      return Double(bitPattern: bytes.reduce(0) { $0 << 8 | UInt64($1) })
    }
  }

  /// Text.
  /// - Throws: ``StorageError/unexpectedValue(column:expected:)`` when the column holds something else.
  public func text(_ column: Int) throws(StorageError) -> String {
    switch source {
    case .sqlite(let statement):
      guard sqlite3_column_type(statement, Int32(column)) == SQLITE_TEXT else {
        throw .unexpectedValue(column: column, expected: "text")
      }
      let count = Int(sqlite3_column_bytes(statement, Int32(column)))
      let bytes = UnsafeBufferPointer(start: sqlite3_column_text(statement, Int32(column)), count: count)
      return String(decoding: bytes, as: UTF8.self)
    case .postgreSQL(let result, let row):
      return String(
        decoding: try field(result, row, column, types: [.text, .varchar, .name], expected: "text"), as: UTF8.self)
    }
  }

  /// Bytes.
  /// - Throws: ``StorageError/unexpectedValue(column:expected:)`` when the column holds something else.
  public func blob(_ column: Int) throws(StorageError) -> [UInt8] {
    switch source {
    case .sqlite(let statement):
      guard sqlite3_column_type(statement, Int32(column)) == SQLITE_BLOB else {
        throw .unexpectedValue(column: column, expected: "bytes")
      }
      let count = Int(sqlite3_column_bytes(statement, Int32(column)))
      return Array(UnsafeRawBufferPointer(start: sqlite3_column_blob(statement, Int32(column)), count: count))
    case .postgreSQL(let result, let row):
      return Array(try field(result, row, column, types: [.bytea], expected: "bytes"))
    }
  }

  /// An integer, or nil where the column is null.
  public func optionalInteger(_ column: Int) throws(StorageError) -> Int64? {
    isNull(column) ? nil : try integer(column)
  }

  /// Text, or nil where the column is null.
  public func optionalText(_ column: Int) throws(StorageError) -> String? { isNull(column) ? nil : try text(column) }

  /// Bytes, or nil where the column is null.
  public func optionalBlob(_ column: Int) throws(StorageError) -> [UInt8]? { isNull(column) ? nil : try blob(column) }

  /// The binary form of a PostgreSQL field.
  private func field(
    _ result: OpaquePointer, _ row: Int32, _ column: Int, types: [PostgreSQLType], expected: String
  ) throws(StorageError) -> UnsafeRawBufferPointer {
    guard PQgetisnull(result, row, Int32(column)) == 0,
      let type = PostgreSQLType(rawValue: PQftype(result, Int32(column))), types.contains(type)
    else { throw .unexpectedValue(column: column, expected: expected) }
    return UnsafeRawBufferPointer(
      start: PQgetvalue(result, row, Int32(column)), count: Int(PQgetlength(result, row, Int32(column))))
  }
}
