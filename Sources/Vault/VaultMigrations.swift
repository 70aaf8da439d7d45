public import Storage

/// The tables of customers' data. Those whose names end in `_key` are backed up apart from the others.
public enum VaultMigrations {
  public static let plan = MigrationPlan(
    room: "vault",
    [
      Migration(
        // Wrapped by the root; `retired` when no subject's key is under it any more, and then the bytes are gone.
        """
        CREATE TABLE vault_platform_key (
          version INTEGER PRIMARY KEY, root TEXT NOT NULL, wrapped BLOB, made INTEGER NOT NULL, retired INTEGER) STRICT
        """,
        """
        CREATE TABLE vault_subject_key (
          subject BLOB PRIMARY KEY, version INTEGER NOT NULL, platform_version INTEGER NOT NULL, wrapped BLOB NOT NULL,
          made INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX vault_subject_key_platform ON vault_subject_key (platform_version, subject)",
        """
        CREATE TABLE vault_index_key (
          name TEXT PRIMARY KEY, platform_version INTEGER NOT NULL, wrapped BLOB NOT NULL, made INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE vault_map (
          version INTEGER PRIMARY KEY, yaml TEXT NOT NULL, author TEXT NOT NULL, adopted INTEGER NOT NULL) STRICT
        """,
        // Each index that there is or was. `bits` is what of the HMAC is kept; `built` is null while records are missing
        // in it, and `cursor` tells how far it has come.
        """
        CREATE TABLE vault_index (
          number INTEGER PRIMARY KEY, collection TEXT NOT NULL, name TEXT NOT NULL, bits INTEGER NOT NULL,
          is_unique INTEGER NOT NULL, built INTEGER, UNIQUE (collection, name, bits)) STRICT
        """,
        // `state`: 0 in use, 1 restricted to what must be kept, 2 being forgotten.
        """
        CREATE TABLE vault_subject (
          id BLOB PRIMARY KEY, state INTEGER NOT NULL, made INTEGER NOT NULL) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE vault_record (
          subject BLOB NOT NULL, collection TEXT NOT NULL, id BLOB NOT NULL, version INTEGER NOT NULL,
          map_version INTEGER NOT NULL, key_version INTEGER NOT NULL, made INTEGER NOT NULL, changed INTEGER NOT NULL,
          due INTEGER, sealed BLOB NOT NULL, PRIMARY KEY (subject, collection, id)) STRICT
        """,
        "CREATE INDEX vault_record_due ON vault_record (due) WHERE due IS NOT NULL",
        """
        CREATE TABLE vault_blind (
          number INTEGER NOT NULL, value BLOB NOT NULL, subject BLOB NOT NULL, record BLOB NOT NULL,
          PRIMARY KEY (number, value, subject, record)) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX vault_blind_subject ON vault_blind (subject)",
        """
        CREATE TABLE vault_token (
          token TEXT NOT NULL, subject BLOB NOT NULL, collection TEXT NOT NULL, record BLOB NOT NULL,
          field TEXT NOT NULL, made INTEGER NOT NULL, PRIMARY KEY (token, subject)) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX vault_token_subject ON vault_token (subject, record, field)",
        """
        CREATE TABLE vault_event (
          subject BLOB NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (subject, name)) STRICT
        """,
        """
        CREATE TABLE vault_hold (
          id BLOB PRIMARY KEY, subject BLOB NOT NULL, reason TEXT NOT NULL, author TEXT NOT NULL,
          made INTEGER NOT NULL, ended INTEGER) STRICT
        """,
        "CREATE INDEX vault_hold_subject ON vault_hold (subject)",
        // Which entries of the journal have a subject's name in what opens them, so that it can be erased there too.
        """
        CREATE TABLE vault_trace (
          subject BLOB NOT NULL, entry BLOB NOT NULL, PRIMARY KEY (subject, entry)) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE vault_tombstone (
          pseudonym BLOB PRIMARY KEY, at INTEGER NOT NULL, entry BLOB NOT NULL) STRICT, WITHOUT ROWID
        """,
        // Writes that were refused, by what was wrong and never by what was sent; one row for each hour.
        """
        CREATE TABLE vault_refusal (
          hour INTEGER NOT NULL, reason TEXT NOT NULL, place TEXT NOT NULL, count INTEGER NOT NULL,
          PRIMARY KEY (hour, reason, place)) STRICT
        """,
        """
        CREATE TABLE vault_unlock (
          id BLOB PRIMARY KEY, purpose TEXT NOT NULL, reason TEXT NOT NULL, asked_by TEXT NOT NULL, asked INTEGER NOT NULL,
          approved_by TEXT, approved INTEGER, ends INTEGER, records INTEGER NOT NULL) STRICT
        """,
        // Long work: how far it has come, so that it goes on where it was cut off.
        """
        CREATE TABLE vault_job (
          id BLOB PRIMARY KEY, kind TEXT NOT NULL, author TEXT NOT NULL, state TEXT NOT NULL, target INTEGER NOT NULL,
          cursor BLOB, done INTEGER NOT NULL, total INTEGER NOT NULL, begun INTEGER NOT NULL, changed INTEGER NOT NULL,
          ended INTEGER, problem TEXT) STRICT
        """,
        """
        CREATE TABLE vault_file (
          subject BLOB NOT NULL, id BLOB NOT NULL, record BLOB NOT NULL, header BLOB NOT NULL, key_version INTEGER NOT NULL,
          size INTEGER NOT NULL, made INTEGER NOT NULL, is_whole INTEGER NOT NULL, PRIMARY KEY (subject, id)) STRICT
        """,
        """
        CREATE TABLE vault_file_piece (
          subject BLOB NOT NULL, file BLOB NOT NULL, number INTEGER NOT NULL, sealed BLOB NOT NULL,
          PRIMARY KEY (subject, file, number)) STRICT
        """,
        // What was done with backups: made, tried, restored.
        """
        CREATE TABLE vault_backup (
          id BLOB PRIMARY KEY, kind TEXT NOT NULL, backup TEXT NOT NULL, at INTEGER NOT NULL, is_apart INTEGER NOT NULL,
          records INTEGER NOT NULL) STRICT
        """)
    ])
}
