import Crypto
import Primitives

/// What stands in an index for a value: HMAC-SHA-256 under the index's own key, cut to the bits that the plan allows.
enum BlindIndex {
  /// Of the values of an index's fields in their normal form, in the order of the index.
  static func value(of values: [String], bits: Int, under key: SecretBytes) -> [UInt8] {
    var code = key.withBytes { HMAC<SHA256>(key: SymmetricKey(data: $0)) }
    var message: [UInt8] = []
    for value in values {
      VariableLength.append(UInt64(value.utf8.count), to: &message)
      message.append(contentsOf: value.utf8)
    }
    code.update(data: message)
    var bytes = Array(Array(code.finalize()).prefix((bits + 7) / 8))
    if !bits.isMultiple(of: 8), let last = bytes.indices.last { bytes[last] &= 0xff << UInt8(8 - bits % 8) }
    return bytes
  }
}

extension DataMap {
  /// How many bits an index keeps: all where it has to tell everybody apart, else the longest that still hides.
  func plannedBits(of index: RecordCollection.DeclaredIndex, in collection: RecordCollection) -> Int {
    if index.isUnique { return 256 }
    let bounds = index.fields.map { number in
      IndexPlan.bounds(records: collection.expectedRecords, existing: bitsBefore(index, on: number, in: collection))
    }
    // Where there are no bounds the map was refused when it was adopted.
    return bounds.map { $0?.upperBound ?? 1 }.min() ?? 1
  }

  /// What the indexes that come before one in the map tell of a field. An index that is unique tells all by intention and
  /// does not count.
  func bitsBefore(
    _ index: RecordCollection.DeclaredIndex, on field: Int, in collection: RecordCollection
  ) -> [Int] {
    collection.indexes.prefix { $0 != index }.filter { !$0.isUnique && $0.fields.contains(field) }
      .map { min(plannedBits(of: $0, in: collection), domainBits(of: $0, in: collection)) }
  }

  /// What the fields of an index can tell apart together, as a power of two.
  func domainBits(of index: RecordCollection.DeclaredIndex, in collection: RecordCollection) -> Int {
    index.fields.reduce(0) { $0 + collection.fields[$1].domainBits }
  }
}
