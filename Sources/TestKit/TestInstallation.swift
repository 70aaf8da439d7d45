import Journal
import Primitives
import Storage
import TransparencyLog

/// An installation that `surety init` made on SQLite, beside which a test reaches into its database.
public struct TestInstallation: Sendable {
  private let directory: TemporaryDirectory

  public init(at path: String) throws { directory = try TemporaryDirectory(at: path) }

  /// Records so many entries and publishes them.
  public func grow(by count: Int) async throws {
    try await withDatabase { database in
      let keyring = try Keyring(path: directory.file("ledger.keys"))
      let mark = try HighWaterMark(path: directory.file("ledger.mark"))
      let journal = try await Journal.open(in: database, trusting: keyring.policy, mark: mark)
      try await database.write { transaction in
        try journal.append((0..<count).map { try TestLedger.draft($0) }, in: transaction)
      }
      let sequencer = Sequencer(journal: journal, keyring: keyring, mark: mark, logger: TestLedger.quiet)
      _ = try await sequencer.runOnce()
      await sequencer.stop()
    }
  }

  /// Calls `body` while no server can publish: this process holds the sequencer's lease.
  public func withoutSequencing(_ body: () async throws -> Void) async throws {
    try await withDatabase { database in
      guard let lease = try await database.lease("sequencer") else {
        throw TestSetupError(description: "a server sequences already")
      }
      do {
        try await body()
        await lease.release()
      } catch {
        await lease.release()
        throw error
      }
    }
  }

  /// Keeps what is published with the cosignature of a witness, whom the policy of the installation asks for from then
  /// on. No server asks that witness: it has no address.
  public func cosign() async throws {
    let witness = try SigningKey(generatingFor: "witness.example/w0", kind: .cosignature)
    let policy = "witness w0 \(witness.verifierKey)\nquorum w0\n"
    try FileBytes.write(Array(policy.utf8), to: directory.file("witnesses.policy"))
    try await withDatabase { database in
      let now = Surroundings.system.now()
      let stored = try await StoredPlace.note.rows(in: database)
      var note = try SignedNote(parsing: stored.first?.bytes ?? [])
      note.add(try witness.sign(note.text, at: now))
      let size = try Checkpoint(text: note.text).size
      try await database.write { [note] transaction in
        _ = try transaction.execute(
          "INSERT INTO journal_cosigned (hour, size, note) VALUES ($1, $2, $3)",
          [.integer(now.seconds / 3_600), .integer(Int64(size)), .text(note.serialized)])
      }
    }
  }

  /// Changes one bit of what stands first in a place: of the root in a checkpoint, of the last byte elsewhere. Doing so
  /// twice puts it back.
  public func flipBit(in place: StoredPlace) async throws {
    try await withDatabase { database in
      guard case (let key, var bytes)? = try await place.rows(in: database).first else {
        throw TestSetupError(description: "there is nothing in the place \(place)")
      }
      let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      let position = place == .note || place == .cosigned ? lines[2].startIndex : bytes.count - 1
      bytes[position] ^= 1
      try await place.write(bytes, at: key, in: database)
    }
  }

  /// How many looks of a check are on record, and whether a node has claimed the next one.
  public func looks(of check: String) async throws -> (recorded: Int64, isClaimed: Bool) {
    try await withDatabase { database in
      try await database.read { transaction in
        func count(_ statement: StaticString) throws -> Int64 {
          try transaction.first(statement, [.text(check)]) { try $0.integer(0) } ?? 0
        }
        return (
          try count("SELECT count(*) FROM obligations_observation WHERE check_code = $1"),
          try count("SELECT count(*) FROM obligations_schedule WHERE check_code = $1 AND claim IS NOT NULL") > 0
        )
      }
    }
  }

  private func withDatabase<Value: Sendable>(_ body: (Database) async throws -> Value) async throws -> Value {
    let database = try await Database.open(.sqlite(path: directory.file("surety.sqlite")))
    do {
      let value = try await body(database)
      await database.close()
      return value
    } catch {
      await database.close()
      throw error
    }
  }
}
