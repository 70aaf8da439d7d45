/// Where the data is: a file, or a PostgreSQL cluster.
public enum DatabaseLocation: Hashable, Sendable {
  /// A SQLite file; it is made when it does not exist.
  case sqlite(path: String)
  /// A libpq connection URL; it may name several hosts, of which the one that takes writes is used.
  case postgreSQL(url: String)

  /// Reads `postgres://…`, `postgresql://…`, `sqlite:<path>` or a path.
  /// - Throws: ``StorageError/malformedLocation(reason:)``.
  public init(_ text: String) throws(StorageError) {
    guard !text.isEmpty, !text.utf8.contains(0) else { throw .malformedLocation(reason: "it is empty or holds a NUL") }
    if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
      guard PostgreSQLOptions(text) != nil else {
        // libpq's own words repeat parts of the URL, which may be parts of a password.
        throw .malformedLocation(reason: "it is not a PostgreSQL URL; write reserved characters in a password as %xx")
      }
      self = .postgreSQL(url: text)
    } else if text.hasPrefix("sqlite:") {
      self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
    } else if text.contains("://") {
      throw .malformedLocation(reason: "expected postgres://…, sqlite:<path> or a path")
    } else {
      self = .sqlite(path: text)
    }
  }
}

extension DatabaseLocation: CustomStringConvertible {
  /// The location without user name, password and parameters, fit for a log.
  public var description: String {
    switch self {
    case .sqlite(let path): return path
    case .postgreSQL(let url):
      let options = PostgreSQLOptions(url)
      return "postgres://\(options?.hosts ?? "")/\(options?.database ?? "")"
    }
  }
}
