import Primitives

/// A customer: whoever data is held about. Known by a name that means nothing elsewhere.
public enum Subject {}

/// A customer's profile, an order, a message: what is held about a subject, as one.
public enum VaultRecord {}

/// Where a value stands. All of it is authenticated with each field, so that nothing opens in another place.
struct RecordPlace: Hashable, Sendable {
  let subject: Identifier<Subject>
  let collection: String
  let record: Identifier<VaultRecord>
  /// Counts the changes of the record, from 1.
  let version: Int64
  /// Of the data map under which it was written.
  let mapVersion: Int64
  /// Of the subject's key.
  let keyVersion: Int64
}
