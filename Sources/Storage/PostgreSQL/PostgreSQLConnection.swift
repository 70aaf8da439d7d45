import CPostgreSQL

/// One connection to PostgreSQL, used by one thread.
final class PostgreSQLConnection: Connection {
  private struct Prepared {
    let name: String
    let parameterTypes: [Oid]
  }

  let handle: OpaquePointer
  /// Zero for no limit.
  private let statementTime: Duration
  /// Statements that this connection has prepared, by the address of their literal.
  private var prepared: [UnsafeRawPointer: Prepared] = [:]
  /// Statements of copies, by their text.
  private var copying: [String: Prepared] = [:]
  /// The statement that opens the transaction, sent along with the first one inside it to save a round trip.
  private var pendingBegin: String?
  /// The error that doomed the current transaction, also when the caller's closure swallowed it.
  private(set) var failure: StorageError?
  private let warnings = Warnings()
  /// Never used twice, also when a statement could not be prepared to its end.
  private var lastStatementNumber = 0

  /// Connects; blocks until a host that takes writes is found or none is.
  /// - Parameter statementTime: how long a statement may run; nil for as long as it needs.
  init(url: String, statementTime: Duration?) throws(StorageError) {
    // What stands in the URL wins over what stands before it (libpq, PQconnectdbParams with expand_dbname).
    let parameters = [
      ("connect_timeout", "5"), ("application_name", "surety"), ("target_session_attrs", "read-write"),
      ("keepalives_idle", "10"), ("keepalives_interval", "5"), ("keepalives_count", "3"),
      ("tcp_user_timeout", "20000"), ("client_encoding", "UTF8"), ("dbname", url),
    ]
    let connection = Self.withCStrings(parameters.map(\.0)) { keywords in
      Self.withCStrings(parameters.map(\.1)) { values in PQconnectdbParams(keywords, values, 1) }
    }
    guard let connection else { throw .cannotOpen(location: "", reason: "out of memory") }
    guard PQstatus(connection) == CONNECTION_OK else {
      defer { PQfinish(connection) }
      throw .connectionLost(reason: PostgreSQLFailure.reason(of: connection))
    }
    handle = connection
    self.statementTime = statementTime ?? .zero
    PQsetNoticeReceiver(
      connection,
      { context, result in
        guard let context, let severity = PQresultErrorField(result, Int32(UInt8(ascii: "V"))) else { return }
        if String(cString: severity) == "WARNING" {
          Unmanaged<Warnings>.fromOpaque(context).takeUnretainedValue().count += 1
        }
      }, Unmanaged.passUnretained(warnings).toOpaque())
    // To PostgreSQL, too, zero is no limit.
    let milliseconds = statementTime.map {
      max(1, $0.components.seconds * 1_000 + $0.components.attoseconds / 1_000_000_000_000_000)
    }
    try command("SET statement_timeout = \(milliseconds ?? 0)")
    // A commit that was acknowledged is on disk, whatever the server's own default is.
    try command("SET synchronous_commit = on")
  }

  deinit { PQfinish(handle) }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> Result
  ) -> Result {
    let bytes = strings.map { Array($0.utf8CString) }
    func nest(_ rest: ArraySlice<[CChar]>, _ pointers: [UnsafePointer<CChar>?]) -> Result {
      guard let first = rest.first else { return body(pointers + [nil]) }
      return first.withUnsafeBufferPointer { nest(rest.dropFirst(), pointers + [$0.baseAddress]) }
    }
    return nest(bytes[...], [])
  }

  /// Whether it can still be used.
  var isUsable: Bool { PQstatus(handle) == CONNECTION_OK && PQpipelineStatus(handle) == PQ_PIPELINE_OFF }

  // MARK: Transactions

  /// Opens a transaction, lazily.
  func begin(_ access: Access) {
    failure = nil
    pendingBegin =
      access == .write ? "BEGIN ISOLATION LEVEL SERIALIZABLE" : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
  }

  /// Commits. Once the command is sent the outcome is the server's: a connection that breaks then leaves it unknown.
  func commit() throws(StorageError) {
    if pendingBegin != nil {
      pendingBegin = nil
      return
    }
    if let failure {
      rollback()
      throw failure
    }
    let warningsBefore = warnings.count
    let result = PQexec(handle, "COMMIT")
    defer { PQclear(result) }
    guard PQresultStatus(result) == PGRES_COMMAND_OK else {
      let error = PostgreSQLFailure.storageError(result, connection: handle, limit: statementTime)
      if case .connectionLost(let reason) = error { throw .outcomeUnknown(reason: reason) }
      throw error
    }
    // A transaction that had failed is answered with ROLLBACK, without an error.
    guard let tag = PQcmdStatus(result), String(cString: tag) == "COMMIT" else {
      throw .statementFailed(code: "25P02", message: "a statement failed and the transaction went on regardless")
    }
    // Such as: the wait for a synchronous standby was cut short, so a failover might lose what was committed.
    guard warnings.count == warningsBefore else { throw .outcomeUnknown(reason: "the server committed with a warning") }
  }

  /// Gives up the transaction.
  func rollback() {
    failure = nil
    if pendingBegin != nil {
      pendingBegin = nil
      return
    }
    PQclear(PQexec(handle, "ROLLBACK"))
  }

  // MARK: Statements

  func execute(_ sql: StaticString, _ arguments: [SQLValue]) throws(StorageError) -> Int {
    let result = try run(sql, arguments)
    defer { PQclear(result) }
    return Self.changedRows(result)
  }

  func query(_ sql: StaticString, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Bool) throws {
    let result = try run(sql, arguments)
    defer { PQclear(result) }
    for row in 0..<PQntuples(result) {
      guard try each(Row(source: .postgreSQL(result, row))) else { return }
    }
  }

  func notify(_ channel: Channel, _ payload: String) throws(StorageError) {
    let result = try run("SELECT pg_notify($1, $2)", [.text(channel.name), .text(payload)])
    PQclear(result)
  }

  func execute(_ sql: StaticString, batch: [[SQLValue]]) throws(StorageError) -> Int {
    try execute(try prepare(sql), batch: batch)
  }

  private func execute(_ statement: Prepared, batch: [[SQLValue]]) throws(StorageError) -> Int {
    var changed = 0
    var rest = batch[...]
    while !rest.isEmpty {
      let chunk = rest.prefix(256)
      rest = rest.dropFirst(chunk.count)
      var encoded: [EncodedArguments] = []
      for arguments in chunk { encoded.append(try EncodedArguments(arguments, types: statement.parameterTypes)) }
      let results = try pipeline(encoded.map { (statement, $0) })
      changed += results.reduce(0) { $0 + Self.changedRows($1) }
      for result in results { PQclear(result) }
    }
    return changed
  }

  private static func changedRows(_ result: OpaquePointer) -> Int {
    PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
  }

  /// Runs one statement and gives its result, which the caller clears.
  private func run(_ sql: StaticString, _ arguments: [SQLValue]) throws(StorageError) -> OpaquePointer {
    try run(try prepare(sql), arguments)
  }

  private func run(_ statement: Prepared, _ arguments: [SQLValue]) throws(StorageError) -> OpaquePointer {
    let encoded = try EncodedArguments(arguments, types: statement.parameterTypes)
    if pendingBegin != nil, let result = try pipeline([(statement, encoded)]).first { return result }
    let result = encoded.withParameters { count, values, lengths, formats in
      PQexecPrepared(handle, statement.name, count, values, lengths, formats, 1)
    }
    guard let result, Self.succeeded(result) else {
      defer { PQclear(result) }
      throw remember(PostgreSQLFailure.storageError(result, connection: handle, limit: statementTime))
    }
    return result
  }

  /// Sends statements without waiting in between, behind the statement that opens the transaction if that is still to
  /// be sent, and gives their results, which the caller clears.
  private func pipeline(_ executions: [(Prepared, EncodedArguments)]) throws(StorageError) -> [OpaquePointer] {
    guard PQenterPipelineMode(handle) == 1 else {
      throw remember(.connectionLost(reason: PostgreSQLFailure.reason(of: handle)))
    }
    let begin = pendingBegin
    pendingBegin = nil
    var isSent = true
    if let begin { isSent = PQsendQueryParams(handle, begin, 0, nil, nil, nil, nil, 1) == 1 }
    for (statement, encoded) in executions where isSent {
      isSent = encoded.withParameters { count, values, lengths, formats in
        PQsendQueryPrepared(handle, statement.name, count, values, lengths, formats, 1) == 1
      }
    }
    guard isSent, PQpipelineSync(handle) == 1 else {
      throw remember(.connectionLost(reason: PostgreSQLFailure.reason(of: handle)))
    }
    return try collect(executions.count + (begin == nil ? 0 : 1), dropping: begin == nil ? 0 : 1)
  }

  /// Reads the results of a pipeline up to its end.
  private func collect(_ expected: Int, dropping: Int) throws(StorageError) -> [OpaquePointer] {
    var results: [OpaquePointer] = []
    var firstFailure: StorageError?
    while true {
      guard let result = PQgetResult(handle) else {
        // Each statement's result is followed by a nil; a broken connection gives nothing else.
        if PQstatus(handle) != CONNECTION_OK {
          firstFailure = firstFailure ?? .connectionLost(reason: PostgreSQLFailure.reason(of: handle))
          break
        }
        continue
      }
      let status = PQresultStatus(result)
      if status == PGRES_PIPELINE_SYNC {
        PQclear(result)
        break
      }
      if Self.succeeded(result) {
        results.append(result)
      } else {
        if firstFailure == nil {
          firstFailure = PostgreSQLFailure.storageError(result, connection: handle, limit: statementTime)
        }
        PQclear(result)
      }
    }
    PQexitPipelineMode(handle)
    if firstFailure == nil, results.count != expected {
      firstFailure = .connectionLost(reason: "\(results.count) results for \(expected) statements")
    }
    if let firstFailure {
      for result in results { PQclear(result) }
      throw remember(firstFailure)
    }
    for result in results.prefix(dropping) { PQclear(result) }
    return Array(results.dropFirst(dropping))
  }

  private func prepare(_ sql: StaticString) throws(StorageError) -> Prepared {
    let address = UnsafeRawPointer(sql.utf8Start)
    if let known = prepared[address] { return known }
    let statement = try prepareAnew(sql.description)
    prepared[address] = statement
    return statement
  }

  private func prepareAnew(_ sql: String) throws(StorageError) -> Prepared {
    lastStatementNumber += 1
    let name = "s\(lastStatementNumber)"
    try check(PQprepare(handle, name, sql, 0, nil))
    guard let description = PQdescribePrepared(handle, name) else {
      throw remember(.connectionLost(reason: PostgreSQLFailure.reason(of: handle)))
    }
    defer { PQclear(description) }
    guard Self.succeeded(description) else {
      throw remember(PostgreSQLFailure.storageError(description, connection: handle, limit: statementTime))
    }
    let types = (0..<PQnparams(description)).map { PQparamtype(description, $0) }
    return Prepared(name: name, parameterTypes: types)
  }

  /// Runs a statement without parameters outside the statement cache.
  func command(_ sql: String) throws(StorageError) {
    if let begin = pendingBegin {
      pendingBegin = nil
      try check(PQexec(handle, begin))
    }
    try check(PQexec(handle, sql))
  }

  private func check(_ result: OpaquePointer?) throws(StorageError) {
    defer { PQclear(result) }
    guard let result, Self.succeeded(result) else {
      throw remember(PostgreSQLFailure.storageError(result, connection: handle, limit: statementTime))
    }
  }

  private func remember(_ error: StorageError) -> StorageError {
    failure = failure ?? error
    return error
  }

  private static func succeeded(_ result: OpaquePointer) -> Bool {
    let status = PQresultStatus(result)
    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK
  }
}

/// How many warnings a server has sent on a connection; touched on the connection's thread only.
private final class Warnings {
  var count = 0
}

extension PostgreSQLConnection: MigratingConnection {
  var dialect: Dialect { .postgreSQL }
  var transaction: WriteTransaction { WriteTransaction(connection: self) }
  func executeScript(_ sql: String) throws(StorageError) { try command(sql) }
}

extension PostgreSQLConnection: CopyingConnection {
  var shapes: String {
    """
    SELECT c.table_name::TEXT, c.column_name::TEXT, c.data_type::TEXT, coalesce(k.ordinal_position, 0)::BIGINT
    FROM information_schema.columns c
    JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
      AND t.table_type = 'BASE TABLE'
    LEFT JOIN information_schema.table_constraints p ON p.table_schema = c.table_schema
      AND p.table_name = c.table_name AND p.constraint_type = 'PRIMARY KEY'
    LEFT JOIN information_schema.key_column_usage k ON k.constraint_schema = p.constraint_schema
      AND k.constraint_name = p.constraint_name AND k.table_name = c.table_name AND k.column_name = c.column_name
    WHERE c.table_schema = current_schema() ORDER BY 1, c.ordinal_position
    """
  }

  var references: String {
    """
    SELECT c.relname::TEXT, p.relname::TEXT FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid
    JOIN pg_class p ON p.oid = f.confrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE f.contype = 'f' AND n.nspname = current_schema()
    """
  }

  func query(
    copying sql: String, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Void
  ) throws {
    let result = try run(try copyingStatement(sql), arguments)
    defer { PQclear(result) }
    for row in 0..<PQntuples(result) { try each(Row(source: .postgreSQL(result, row))) }
  }

  func execute(copying sql: String, batch: [[SQLValue]]) throws(StorageError) {
    _ = try execute(try copyingStatement(sql), batch: batch)
  }

  /// Rows with numbers of their own do not count further.
  func countOn(_ table: TableShape) throws(StorageError) {
    guard table.key.count == 1, let key = table.key.first, table.type(of: key) == .integer else { return }
    try command(
      """
      SELECT setval(pg_get_serial_sequence('\(table.name)', '\(key)'),
        greatest(1, (SELECT coalesce(max("\(key)"), 1) FROM "\(table.name)")))
      WHERE pg_get_serial_sequence('\(table.name)', '\(key)') IS NOT NULL
      """)
  }

  private func copyingStatement(_ sql: String) throws(StorageError) -> Prepared {
    if let known = copying[sql] { return known }
    let statement = try prepareAnew(sql)
    copying[sql] = statement
    return statement
  }
}
