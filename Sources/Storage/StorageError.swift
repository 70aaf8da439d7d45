/// What can go wrong with stored data. No case carries a value that was stored or asked for.
public enum StorageError: Error, Hashable, Sendable {
  /// The kind of rule that a row broke.
  public enum Constraint: String, Sendable {
    case unique, foreignKey = "foreign key", notNull = "not null", check, other
  }

  /// The database cannot be opened or reached.
  case cannotOpen(location: String, reason: String)
  /// The location is neither a path nor a PostgreSQL URL.
  case malformedLocation(reason: String)
  /// A row breaks a rule of its table. `name` is the constraint or the column.
  case constraintViolated(Constraint, name: String)
  /// The disk, or the room given to the database, is full. Nothing of the transaction was kept.
  case diskFull
  /// Another process held the database for longer than the time limit.
  case busy
  /// Concurrent transactions kept colliding. Nothing of the transaction was kept.
  case serializationFailure(attempts: Int)
  /// The connection broke before the commit was sent. Nothing of the transaction was kept.
  case connectionLost(reason: String)
  /// The connection broke while the commit was under way: the transaction was kept as a whole or not at all.
  case outcomeUnknown(reason: String)
  /// A statement ran for longer than its time limit.
  case timeLimitExceeded(Duration)
  /// Too many callers wait to write.
  case overloaded(waiting: Int)
  /// The statement itself is wrong, or the database refused it for a reason that has no case of its own.
  case statementFailed(code: String, message: String)
  /// A column does not hold what the caller reads from it.
  case unexpectedValue(column: Int, expected: String)
  /// A value that one of the two databases could not hold, such as text with a NUL.
  case unsupportedValue(reason: String)
  /// The stored data is damaged.
  case corrupt(message: String)
  /// The database was written by a newer version of Surety.
  case newerSchema(room: String, found: Int, known: Int)
  /// A migration that was applied differs from the one in this program.
  case changedMigration(room: String, number: Int)
}

extension StorageError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cannotOpen(let location, let reason): "cannot open the database \(location): \(reason)"
    case .malformedLocation(let reason): "the database location is not usable: \(reason)"
    case .constraintViolated(let constraint, let name): "a row breaks the \(constraint.rawValue) constraint \(name)"
    case .diskFull: "the disk is full; nothing was written. Free space and try again"
    case .busy: "another process holds the database; try again, or stop the other process"
    case .serializationFailure(let attempts): "gave up after \(attempts) collisions with other transactions; try again"
    case .connectionLost(let reason): "lost the connection to the database, nothing was written: \(reason)"
    case .outcomeUnknown(let reason):
      "lost the connection to the database during the commit; look whether it was written before trying again: \(reason)"
    case .timeLimitExceeded(let limit): "a statement ran for longer than \(limit) and was stopped"
    case .overloaded(let waiting): "\(waiting) callers already wait to write; try again later"
    case .statementFailed(let code, let message): "the database refused a statement (\(code)): \(message)"
    case .unexpectedValue(let column, let expected): "column \(column) does not hold \(expected)"
    case .unsupportedValue(let reason): "the value cannot be stored: \(reason)"
    case .corrupt(let message): "the database is damaged: \(message). Restore a backup"
    case .newerSchema(let room, let found, let known):
      "the tables of \(room) are at version \(found), this program knows \(known): use a newer Surety"
    case .changedMigration(let room, let number):
      "migration \(number) of \(room) is not the one that was applied: this program was built from altered sources"
    }
  }
}
