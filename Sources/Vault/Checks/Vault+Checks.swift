public import Obligations
import Primitives

extension Vault {
  /// The checks by which this room looks at itself. Each has one target, the installation.
  /// - Parameter files: the database's own files, to be looked through for what should not be readable; empty where the
  ///   database is a server's.
  public func checks(files: [String]) -> [any Check] {
    [
      RecordsOpen(vault: self), NothingReadable(vault: self, files: files), KeysKept(vault: self),
      AccessesRecorded(vault: self), FieldsDeclared(vault: self), RetentionCarriedOut(vault: self),
      IndexesPlanned(vault: self), CardsTokenised(vault: self), BackupsMade(vault: self),
      RestoreTested(vault: self), ErasedStayErased(vault: self),
    ]
  }
}

/// What a check says where there is nothing to look at: what nobody put here lies elsewhere, and nothing is known of it.
struct NothingHeld: Error, CustomStringConvertible {
  let description = "nothing is kept in the vault; customers' data that lies elsewhere was not looked at"
}
