public import Primitives

/// A record that is to be stored: a collection, and values by the names of its fields.
public struct NewRecord: Sendable {
  public let collection: String
  public let fields: [String: JSON]

  public init(collection: String, fields: [String: JSON]) {
    (self.collection, self.fields) = (collection, fields)
  }
}

/// Where a record was stored.
public struct RecordReceipt: Hashable, Sendable {
  public let collection: String
  public let id: Identifier<VaultRecord>
  public let version: Int64
  /// What the shop keeps in the values' place, by field.
  public let tokens: [String: String]
}

/// A subject that was stored, with its records.
public struct SubjectReceipt: Hashable, Sendable {
  public let subject: Identifier<Subject>
  public let records: [RecordReceipt]
}
