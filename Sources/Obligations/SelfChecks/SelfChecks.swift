public import Journal
public import Storage
public import TransparencyLog

/// The checks by which Surety looks at itself: whether its checks are alive, its register kept, its ledger whole, its
/// catalogue current. Each has one target, the installation.
public enum SelfChecks {
  /// What they look at.
  public static let target = "this installation"

  /// All of them.
  /// - Parameters:
  ///   - policy: the keys that sign this ledger; asked each time, because keys are rotated.
  ///   - markPath: where the machine keeps the ledger's high-water mark.
  public static func all(
    in database: Database, journal: Journal, catalogue: Catalogue,
    trusting policy: @escaping @Sendable () throws -> LogPolicy, markPath: String
  ) -> [any Check] {
    [
      ChecksAlive(database: database),
      RegisterKept(database: database, journal: journal, catalogue: catalogue),
      LedgerContinues(database: database, policy: policy, markPath: markPath),
      CatalogueAge(database: database, catalogue: catalogue),
    ]
  }
}
