package import Primitives

/// A customer: whoever data is held about. Known by a name that means nothing elsewhere.
public enum Subject {}

/// A customer's profile, an order, a message: what is held about a subject, as one.
public enum VaultRecord {}

/// Where a value stands. All of it is authenticated with each field, so that nothing opens in another place.
package struct RecordPlace: Hashable, Sendable {
  package let subject: Identifier<Subject>
  package let collection: String
  package let record: Identifier<VaultRecord>
  /// Counts the changes of the record, from 1.
  package let version: Int64
  /// Of the data map under which it was written.
  package let mapVersion: Int64
  /// Of the subject's key.
  package let keyVersion: Int64

  package init(
    subject: Identifier<Subject>, collection: String, record: Identifier<VaultRecord>, version: Int64,
    mapVersion: Int64, keyVersion: Int64
  ) {
    (self.subject, self.collection, self.record) = (subject, collection, record)
    (self.version, self.mapVersion, self.keyVersion) = (version, mapVersion, keyVersion)
  }
}
