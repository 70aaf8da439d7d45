public import Storage

extension Journal {
  /// The tables of this room.
  public static let migrations = MigrationPlan(
    room: "journal",
    [
      Migration(
        // What callers have appended and the sequencer has not yet taken up.
        "CREATE TABLE journal_pending (seq INTEGER PRIMARY KEY, id BLOB NOT NULL, entry BLOB NOT NULL) STRICT",
        // The one ledger. The first size, root and note are of the tree as stored, the others of what was published.
        """
        CREATE TABLE journal_ledger (
          id INTEGER PRIMARY KEY CHECK (id = 1), origin TEXT NOT NULL,
          size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL,
          published_size INTEGER NOT NULL, published_note TEXT NOT NULL) STRICT
        """,
        // A tile's key is its level times 2^55 plus its index; the row of a partial tile is replaced as it grows.
        "CREATE TABLE journal_tile (id INTEGER PRIMARY KEY, hashes BLOB NOT NULL) STRICT",
        // Full entry bundles; the entries of the last, partial one are in journal_tail.
        "CREATE TABLE journal_bundle (id INTEGER PRIMARY KEY, entries BLOB NOT NULL) STRICT",
        "CREATE TABLE journal_tail (leaf INTEGER PRIMARY KEY, id BLOB NOT NULL, entry BLOB NOT NULL) STRICT",
        // The identifiers in each full bundle: its lowest, its highest, and the highest up to and including it, which
        // never falls from one bundle to the next.
        """
        CREATE TABLE journal_span (
          id INTEGER PRIMARY KEY, low BLOB NOT NULL, high BLOB NOT NULL, reach BLOB NOT NULL) STRICT
        """,
        "CREATE INDEX journal_span_reach ON journal_span (reach)",
        // What opens the commitments of an entry.
        "CREATE TABLE journal_payload (id BLOB PRIMARY KEY, body BLOB NOT NULL) STRICT",
        // The last cosigned checkpoint of each hour since the epoch.
        "CREATE TABLE journal_cosigned (hour INTEGER PRIMARY KEY, size INTEGER NOT NULL, note TEXT NOT NULL) STRICT",
        "CREATE INDEX journal_cosigned_size ON journal_cosigned (size, hour)",
        // The size that each witness cosigned last.
        "CREATE TABLE journal_witness (name TEXT PRIMARY KEY, size INTEGER NOT NULL) STRICT"
      )
    ])
}
