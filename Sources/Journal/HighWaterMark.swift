public import TransparencyLog

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The largest checkpoint this machine has published or seen published, in a file outside the database. A restored
/// backup of the database does not bring it back with it: that is how a roll-back is noticed before anything is signed.
public struct HighWaterMark: Sendable {
  /// The file; it holds the signed checkpoint.
  public let path: String
  private var latest: Checkpoint?

  /// Reads the file; a file that is not there is the mark of a machine that has published nothing yet.
  /// - Throws: ``JournalError/unusableFile(path:reason:)``.
  public init(path: String) throws(JournalError) {
    self.path = path
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      let note = try SignedNote(parsing: Array(Data(contentsOf: URL(filePath: path))))
      latest = try Checkpoint(text: note.text)
    } catch {
      throw .unusableFile(path: path, reason: "it is not a checkpoint (\(error)); see 'surety ledger adopt --help'")
    }
  }

  /// What was published; nil when nothing was.
  public var checkpoint: Checkpoint? { latest }

  /// The mark moved forward, on disk before it is returned and so before the checkpoint is shown to anybody. Blocks.
  /// - Throws: ``JournalError/rolledBack(stored:published:)`` or ``JournalError/forked(size:where:)`` when it would not
  ///   be forward. The caller has checked that a larger tree continues the smaller one.
  func advanced(to note: SignedNote) throws -> HighWaterMark {
    let checkpoint = try Checkpoint(text: note.text)
    if let latest {
      guard checkpoint.size >= latest.size else {
        throw JournalError.rolledBack(stored: checkpoint.size, published: latest.size)
      }
      guard checkpoint.size > latest.size || checkpoint.root == latest.root else {
        throw JournalError.forked(size: latest.size, where: path)
      }
      guard checkpoint != latest else { return self }
    }
    // Another process with the same directory may have moved it further; it never goes back.
    if let stored = try HighWaterMark(path: path).latest, stored.size >= checkpoint.size {
      guard stored.size > checkpoint.size || stored.root == checkpoint.root else {
        throw JournalError.forked(size: stored.size, where: path)
      }
      var known = self
      known.latest = checkpoint
      return known
    }
    do {
      try DurableFile.store(note.serialized, at: path)
    } catch {
      throw JournalError.unusableFile(path: path, reason: "\(error)")
    }
    var moved = self
    moved.latest = checkpoint
    return moved
  }
}
