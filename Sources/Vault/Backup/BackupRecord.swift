import Primitives
import Storage

/// What the files of a backup are made of, one behind the other: `T` and a table's shape, `R` and a row of it, `F` and a
/// file, `E` at the end.
enum BackupRecord {
  case table(TableShape)
  case row([SQLValue])
  case file(name: String, bytes: [UInt8])
  case end

  func append(to bytes: inout [UInt8]) {
    switch self {
    case .table(let table):
      bytes.append(UInt8(ascii: "T"))
      Self.append(Self.json(of: table).canonicalBytes, to: &bytes)
    case .row(let values):
      bytes.append(UInt8(ascii: "R"))
      for value in values { Self.append(value, to: &bytes) }
    case .file(let name, let content):
      bytes.append(UInt8(ascii: "F"))
      Self.append(Array(name.utf8), to: &bytes)
      Self.append(content, to: &bytes)
    case .end: bytes.append(UInt8(ascii: "E"))
    }
  }

  private static func append(_ value: SQLValue, to bytes: inout [UInt8]) {
    switch value {
    case .null: bytes.append(0)
    case .integer(let number):
      bytes.append(1)
      withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    case .real(let number):
      bytes.append(2)
      withUnsafeBytes(of: number.bitPattern.bigEndian) { bytes.append(contentsOf: $0) }
    case .text(let text):
      bytes.append(3)
      append(Array(text.utf8), to: &bytes)
    case .blob(let blob):
      bytes.append(4)
      append(blob, to: &bytes)
    }
  }

  private static func append(_ content: [UInt8], to bytes: inout [UInt8]) {
    VariableLength.append(UInt64(content.count), to: &bytes)
    bytes += content
  }

  private static func json(of table: TableShape) -> JSON {
    [
      "name": .string(table.name), "key": .array(table.key.map { .string($0) }),
      "columns": .array(table.columns.map { ["name": .string($0.name), "kind": .string($0.kind.rawValue)] }),
    ]
  }

  fileprivate static func table(_ json: JSON?) -> TableShape? {
    guard let name = json?["name"]?.text, case .array(let key)? = json?["key"],
      case .array(let columns)? = json?["columns"]
    else { return nil }
    let known = columns.compactMap { column -> TableShape.Column? in
      guard let name = column["name"]?.text, let kind = column["kind"]?.text.flatMap({ TableShape.Kind(rawValue: $0) })
      else { return nil }
      return TableShape.Column(name: name, kind: kind)
    }
    guard known.count == columns.count, !known.isEmpty else { return nil }
    return TableShape(name: name, columns: known, key: key.compactMap(\.text))
  }
}

/// Reads records out of the pieces of a file.
struct BackupRecordReader {
  private let reader: BackupFile.Reader
  private let name: String
  private var buffer: [UInt8] = []
  private var position = 0
  private var columns = 0

  init(_ reader: BackupFile.Reader, name: String) { (self.reader, self.name) = (reader, name) }

  /// - Throws: ``VaultError/unusableBackup(file:reason:)``.
  mutating func next() throws(VaultError) -> BackupRecord {
    switch try byte() {
    case UInt8(ascii: "T"):
      guard let table = BackupRecord.table(JSON(parsing: try content())) else { throw malformed }
      columns = table.columns.count
      return .table(table)
    case UInt8(ascii: "R"):
      var values: [SQLValue] = []
      values.reserveCapacity(columns)
      for _ in 0..<columns { values.append(try value()) }
      return .row(values)
    case UInt8(ascii: "F"):
      let name = String(decoding: try content(), as: UTF8.self)
      return .file(name: name, bytes: try content())
    case UInt8(ascii: "E"):
      guard position == buffer.count, try reader.piece() == nil else { throw malformed }
      return .end
    default: throw malformed
    }
  }

  private var malformed: VaultError {
    .unusableBackup(file: name, reason: "it holds something that this version does not know")
  }

  private mutating func value() throws(VaultError) -> SQLValue {
    switch try byte() {
    case 0: .null
    case 1: .integer(Int64(bitPattern: try word()))
    case 2: .real(Double(bitPattern: try word()))
    case 3: .text(String(decoding: try content(), as: UTF8.self))
    case 4: .blob(try content())
    default: throw malformed
    }
  }

  private mutating func word() throws(VaultError) -> UInt64 { try bytes(8).reduce(0) { $0 << 8 | UInt64($1) } }

  private mutating func content() throws(VaultError) -> [UInt8] {
    try fill(10, orEnd: true)
    guard let count = VariableLength.read(buffer, &position), count < 1 << 31 else { throw malformed }
    return try bytes(Int(count))
  }

  private mutating func byte() throws(VaultError) -> UInt8 {
    try fill(1)
    defer { position += 1 }
    return buffer[position]
  }

  private mutating func bytes(_ count: Int) throws(VaultError) -> [UInt8] {
    try fill(count)
    defer { position += count }
    return Array(buffer[position..<position + count])
  }

  /// Has so many bytes at hand, or as many as are left.
  private mutating func fill(_ count: Int, orEnd: Bool = false) throws(VaultError) {
    while buffer.count - position < count {
      guard let piece = try reader.piece() else {
        if orEnd { return }
        throw .unusableBackup(file: name, reason: "it ends too early")
      }
      buffer.removeFirst(position)
      position = 0
      buffer += piece
    }
  }
}
