import Journal
import Primitives
import Storage

/// The SQL of which entries of the journal name a subject.
enum TraceStore {
  static func insert(
    _ entry: Identifier<Entry>, of subjects: [Identifier<Subject>], _ transaction: WriteTransaction
  ) throws {
    try transaction.execute(
      "INSERT INTO vault_trace (subject, entry) VALUES ($1, $2) ON CONFLICT (subject, entry) DO NOTHING",
      batch: subjects.map { [.blob($0.bytes), .blob(entry.bytes)] })
  }

  /// The newest first.
  static func entries(
    of subject: Identifier<Subject>, limit: Int, _ transaction: ReadTransaction
  ) throws -> [Identifier<Entry>] {
    try transaction.query(
      "SELECT entry FROM vault_trace WHERE subject = $1 ORDER BY entry DESC LIMIT $2",
      [.blob(subject.bytes), .integer(limit)]
    ) { try $0.identifier(0) }
  }

  static func deleteAll(of subject: Identifier<Subject>, _ transaction: WriteTransaction) throws {
    try transaction.execute("DELETE FROM vault_trace WHERE subject = $1", [.blob(subject.bytes)])
  }
}
