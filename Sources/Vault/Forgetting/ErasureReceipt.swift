public import Journal
public import Primitives

/// What came of a wish to be forgotten.
public struct ErasureReceipt: Hashable, Sendable {
  /// What stands for the person from now on; it leads to nobody.
  public let pseudonym: String
  public let at: Instant
  /// The entry of the journal that says so, for a proof.
  public let entry: Identifier<Entry>
  /// How many records are gone.
  public let records: Int
  /// What had to stay, why and until when; empty where everything is gone.
  public let kept: [KeptField]
}
