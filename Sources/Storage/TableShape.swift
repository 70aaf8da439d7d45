/// A table, as far as a copy of its rows needs to know it.
public struct TableShape: Hashable, Sendable {
  /// What a column holds.
  public enum Kind: String, Sendable { case integer, real, text, blob }

  public struct Column: Hashable, Sendable {
    public let name: String
    public let kind: Kind

    public init(name: String, kind: Kind) { (self.name, self.kind) = (name, kind) }
  }

  public let name: String
  public let columns: [Column]
  /// The columns of the primary key, in its order.
  public let key: [String]

  public init(name: String, columns: [Column], key: [String]) {
    (self.name, self.columns, self.key) = (name, columns, key)
  }

  func type(of column: String) -> Kind? { columns.first { $0.name == column }?.kind }
}

/// What a copy asks of a connection: statements that are made of the names that the database itself gave, never of input.
protocol CopyingConnection: AnyObject {
  /// A query for every column: its table, its name, its type, and its place in the primary key, or 0.
  var shapes: String { get }
  /// A query for every reference: the table, and the one it refers to.
  var references: String { get }
  func query(copying sql: String, _ arguments: [SQLValue], _ each: (borrowing Row) throws -> Void) throws
  func execute(copying sql: String, batch: [[SQLValue]]) throws(StorageError)
  /// Has the numbers that the database gives go on behind those that were put in.
  func countOn(_ table: TableShape) throws(StorageError)
}

extension CopyingConnection {
  /// Every table, those that others refer to first.
  func tables() throws -> [TableShape] {
    var (columns, keys): ([String: [TableShape.Column]], [String: [(Int64, String)]]) = ([:], [:])
    try query(copying: shapes, []) { row in
      let (table, column, type, place) = (try row.text(0), try row.text(1), try row.text(2), try row.integer(3))
      guard let kind = TableShape.Kind(sqlType: type) else {
        throw StorageError.unsupportedValue(reason: "\(table).\(column) has the type \(type)")
      }
      columns[table, default: []].append(TableShape.Column(name: column, kind: kind))
      if place > 0 { keys[table, default: []].append((place, column)) }
    }
    var parents: [String: Set<String>] = [:]
    try query(copying: references, []) { row in
      let (table, parent) = (try row.text(0), try row.text(1))
      if parent != table { parents[table, default: []].insert(parent) }
    }
    var (ordered, rest): ([TableShape], [String]) = ([], columns.keys.sorted())
    while !rest.isEmpty {
      let done = Set(ordered.map(\.name))
      let next = rest.filter { parents[$0, default: []].isSubset(of: done) }
      // A circle of references could not be copied row by row.
      guard !next.isEmpty else {
        throw StorageError.unsupportedValue(reason: "the tables \(rest.joined(separator: ", ")) refer to each other")
      }
      for name in next {
        let key = keys[name, default: []].sorted { $0.0 < $1.0 }.map(\.1)
        ordered.append(TableShape(name: name, columns: columns[name] ?? [], key: key))
      }
      rest.removeAll(where: next.contains)
    }
    return ordered
  }
}

extension TableShape.Kind {
  init?(sqlType: String) {
    switch sqlType.lowercased() {
    case "integer", "bigint": self = .integer
    case "real", "double precision": self = .real
    case "text": self = .text
    case "blob", "bytea": self = .blob
    default: return nil
    }
  }
}
