import Storage
public import TransparencyLog

/// What was found when the kept cosigned checkpoints were checked, all of them in order.
public struct CosignedReport: Sendable {
  /// How many are kept: the last one of each hour.
  public fileprivate(set) var count = 0
  /// How many of them the policy's quorum would not accept today; one cosigned under an earlier policy may be among them.
  public fileprivate(set) var belowQuorum = 0
  /// How many signature lines are by keys that the policy does not name, such as a witness that it once named.
  public fileprivate(set) var passedOver = 0
}

extension Journal {
  /// Checks every cosigned checkpoint that is kept: it is of the stored tree, every signature by a key that the policy
  /// names fits, and no line of such a key was given another name.
  /// - Parameter policy: the witnesses, and as its logs every key that ever signed this ledger; see ``Keyring/retired``.
  /// - Throws: ``JournalError/damaged(reason:)``.
  /// - Complexity: O(k log n) for k checkpoints.
  public func checkCosigned(under policy: LogPolicy) async throws -> CosignedReport {
    var report = CosignedReport()
    var hour = Int64.min
    while true {
      let (known, before) = (report, hour)
      (report, hour) = try await database.read { [origin] transaction in
        var (report, hour) = (known, before)
        let size = try Self.ledger(transaction).size
        for row in try JournalStore.cosigned(after: before, limit: 256, transaction) {
          let check = CosignedCheck(origin: origin, policy: policy, treeSize: size)
          try check.run(row.note, size: row.size, hour: row.hour, &report, transaction)
          hour = row.hour
        }
        return (report, hour)
      }
      if report.count == known.count { return report }
    }
  }
}

/// The check of one cosigned checkpoint.
private struct CosignedCheck {
  let origin: String
  let policy: LogPolicy
  let treeSize: UInt64

  func run(
    _ text: String, size: UInt64, hour: Int64, _ report: inout CosignedReport, _ transaction: ReadTransaction
  ) throws {
    func damaged(_ reason: String) -> JournalError {
      .damaged(reason: "the cosigned checkpoint of \(size) entries, hour \(hour): \(reason)")
    }
    let verified: VerifiedCheckpoint
    do {
      verified = try policy.verifyWithoutQuorum(SignedNote(parsing: Array(text.utf8)))
    } catch {
      throw damaged("\(error)")
    }
    let checkpoint = verified.checkpoint
    guard checkpoint.origin == origin, checkpoint.size == size, size <= treeSize,
      try JournalStore.root(ofFirst: size, inTreeOf: treeSize, transaction) == checkpoint.root
    else { throw damaged("it is not of the stored tree") }
    if let line = verified.passedOver.first(where: { policy.isMisnamed($0, of: verified.note.text) }) {
      throw damaged("the name or the key id of a signature was changed (now \(line.keyID))")
    }
    report.count += 1
    report.passedOver += verified.passedOver.count
    if (try? policy.verify(verified.note)) == nil { report.belowQuorum += 1 }
  }
}
