import CPostgreSQL

/// PostgreSQL's states in the words of the room.
enum PostgreSQLFailure {
  /// SQLSTATE classes and codes (PostgreSQL documentation, appendix A).
  static func storageError(_ result: OpaquePointer?, connection: OpaquePointer, limit: Duration) -> StorageError {
    guard let result, let state = field(result, UInt8(ascii: "C")) else {
      return .connectionLost(reason: reason(of: connection))
    }
    // The primary message names tables and columns; the detail, which repeats values, is left out.
    let message = field(result, UInt8(ascii: "M")) ?? "no message"
    let constraint = field(result, UInt8(ascii: "n")) ?? field(result, UInt8(ascii: "c")) ?? "unnamed"
    switch state {
    case "40001", "40P01": return .serializationFailure(attempts: 1)
    case "23505": return .constraintViolated(.unique, name: constraint)
    case "23503": return .constraintViolated(.foreignKey, name: constraint)
    case "23502": return .constraintViolated(.notNull, name: constraint)
    case "23514": return .constraintViolated(.check, name: constraint)
    case "53100": return .diskFull
    case "57014": return .timeLimitExceeded(limit)
    case "57P01", "57P02", "57P03", "25006": return .connectionLost(reason: message)
    case _ where state.hasPrefix("08"): return .connectionLost(reason: message)
    case "XX001", "XX002": return .corrupt(message: message)
    default: return .statementFailed(code: state, message: message)
    }
  }

  /// The last message of a connection, on one line.
  static func reason(of connection: OpaquePointer) -> String {
    String(cString: PQerrorMessage(connection)).split(separator: "\n").joined(separator: "; ")
  }

  private static func field(_ result: OpaquePointer, _ code: UInt8) -> String? {
    PQresultErrorField(result, Int32(code)).map { String(cString: $0) }
  }
}
