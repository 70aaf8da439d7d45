import GRDB
import GRDBSQLite

/// SQLite's result codes in the words of the room.
enum SQLiteFailure {
  static func storageError(_ error: any Error) -> StorageError {
    if let error = error as? StorageError { return error }
    guard let error = error as? DatabaseError else {
      return .statementFailed(code: "unknown", message: "\(type(of: error))")
    }
    return storageError(extendedCode: error.extendedResultCode.rawValue, message: error.message ?? "no message")
  }

  /// - Parameter message: SQLite's own; it names tables and columns, never values.
  static func storageError(extendedCode: Int32, message: String) -> StorageError {
    switch extendedCode & 0xff {
    case SQLITE_CONSTRAINT: return .constraintViolated(constraint(extendedCode), name: name(in: message))
    case SQLITE_FULL: return .diskFull
    case SQLITE_BUSY, SQLITE_LOCKED: return .busy
    case SQLITE_CORRUPT, SQLITE_NOTADB: return .corrupt(message: message)
    default: return .statementFailed(code: "SQLite \(extendedCode)", message: message)
    }
  }

  private static func constraint(_ extendedCode: Int32) -> StorageError.Constraint {
    // The extended codes are macros that Swift does not import: SQLITE_CONSTRAINT | n << 8.
    switch extendedCode >> 8 {
    case 1: .check
    case 3: .foreignKey
    case 5: .notNull
    case 6, 8, 10: .unique
    default: .other
    }
  }

  /// What follows the colon in "UNIQUE constraint failed: table.column".
  private static func name(in message: String) -> String {
    message.split(separator: ": ", maxSplits: 1).dropFirst().first.map { String($0) } ?? message
  }
}
