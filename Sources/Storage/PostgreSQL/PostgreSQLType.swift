import CPostgreSQL

/// The types whose binary form is spoken here, by the identifiers of PostgreSQL's catalogue (pg_type.dat).
enum PostgreSQLType: Oid {
  case bool = 16
  case bytea = 17
  case name = 19
  case int8 = 20
  case int2 = 21
  case int4 = 23
  case text = 25
  case float8 = 701
  case varchar = 1043
}

/// The arguments of one execution in PostgreSQL's binary form.
struct EncodedArguments {
  private var bytes: [UInt8] = []
  private var fields: [(offset: Int, length: Int)?] = []

  /// Encodes values for the types that the server inferred for a statement's parameters.
  init(_ values: [SQLValue], types: [Oid]) throws(StorageError) {
    guard values.count == types.count else {
      throw .statementFailed(code: "parameters", message: "\(values.count) values for \(types.count) parameters")
    }
    for (value, oid) in zip(values, types) {
      let start = bytes.count
      switch (value, PostgreSQLType(rawValue: oid)) {
      case (.null, _):
        fields.append(nil)
        continue
      case (.integer(let value), .int8): append(value)
      case (.integer(let value), .int4): append(try Self.narrow(value, to: Int32.self))
      case (.integer(let value), .int2): append(try Self.narrow(value, to: Int16.self))
      case (.integer(let value), .bool): bytes.append(value == 0 ? 0 : 1)
      case (.real(let value), .float8): append(value.bitPattern)
      case (.text(let text), .text), (.text(let text), .varchar), (.text(let text), .name):
        guard !text.utf8.contains(0) else { throw .unsupportedValue(reason: "text holds a NUL") }
        bytes.append(contentsOf: text.utf8)
      case (.blob(let blob), .bytea): bytes.append(contentsOf: blob)
      case (_, let type):
        throw .unsupportedValue(reason: "it does not fit a parameter of type \(type.map { "\($0)" } ?? "\(oid)")")
      }
      fields.append((start, bytes.count - start))
    }
  }

  private mutating func append(_ number: some FixedWidthInteger) {
    withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
  }

  private static func narrow<Narrow: FixedWidthInteger>(
    _ value: Int64, to type: Narrow.Type
  ) throws(StorageError) -> Narrow {
    guard let narrow = Narrow(exactly: value) else {
      throw .unsupportedValue(reason: "the number is too large for its parameter")
    }
    return narrow
  }

  /// Calls `body` with what libpq takes: count, values, lengths, formats.
  func withParameters<Result>(
    _ body: (Int32, [UnsafePointer<CChar>?], [Int32], [Int32]) -> Result
  ) -> Result {
    // An empty array may have no address, which libpq would take for null.
    (bytes + [0]).withUnsafeBytes { buffer in
      let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
      let values = fields.map { field in field.flatMap { base?.advanced(by: $0.offset) } }
      let lengths = fields.map { Int32($0?.length ?? 0) }
      return body(Int32(fields.count), values, lengths, Array(repeating: 1, count: fields.count))
    }
  }
}
