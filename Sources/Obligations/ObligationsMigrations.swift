public import Storage

/// The tables of this room.
public enum ObligationsMigrations {
  public static let plan = MigrationPlan(
    room: "obligations",
    [
      Migration(
        // Every version of the profile that was ever in force; the newest is.
        """
        CREATE TABLE obligations_profile (
          seq INTEGER PRIMARY KEY, yaml TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL) STRICT
        """,
        // What the last catalogue said, one row for each thing in it, to tell what a new one changes.
        "CREATE TABLE obligations_catalogue (item TEXT PRIMARY KEY, digest TEXT NOT NULL) STRICT",
        """
        CREATE TABLE obligations_observation (
          id BLOB PRIMARY KEY, check_code TEXT NOT NULL, target TEXT NOT NULL, at INTEGER NOT NULL,
          took INTEGER NOT NULL, expires INTEGER NOT NULL, outcome TEXT NOT NULL, verdict TEXT NOT NULL,
          seen TEXT NOT NULL, entry BLOB NOT NULL) STRICT
        """,
        "CREATE INDEX obligations_observation_by_target ON obligations_observation (check_code, target, at)",
        // The newest look of a check at a target: what standing is derived from.
        """
        CREATE TABLE obligations_look (
          check_code TEXT NOT NULL, target TEXT NOT NULL, observation BLOB NOT NULL, at INTEGER NOT NULL,
          expires INTEGER NOT NULL, verdict TEXT NOT NULL, failures INTEGER NOT NULL, alerted INTEGER,
          PRIMARY KEY (check_code, target)) STRICT
        """,
        // When each check looks next, and which node is at it until when.
        """
        CREATE TABLE obligations_schedule (
          check_code TEXT NOT NULL, target TEXT NOT NULL, next INTEGER NOT NULL, claim BLOB, claimed_until INTEGER,
          PRIMARY KEY (check_code, target)) STRICT
        """,
        "CREATE INDEX obligations_schedule_next ON obligations_schedule (next)",
        """
        CREATE TABLE obligations_attestation (
          id BLOB PRIMARY KEY, control TEXT NOT NULL, statement TEXT NOT NULL, author TEXT NOT NULL,
          signed INTEGER NOT NULL, expires INTEGER NOT NULL, withdrawn INTEGER, document_name TEXT NOT NULL,
          document_digest TEXT NOT NULL, document_size INTEGER NOT NULL, document BLOB NOT NULL) STRICT
        """,
        """
        CREATE TABLE obligations_exception (
          id BLOB PRIMARY KEY, subject TEXT NOT NULL, reason TEXT NOT NULL, approver TEXT NOT NULL,
          granted INTEGER NOT NULL, ends INTEGER NOT NULL, ended INTEGER) STRICT
        """,
        // How each duty and each requirement stood last, and every change of it.
        """
        CREATE TABLE obligations_standing (
          subject TEXT PRIMARY KEY, standing TEXT NOT NULL, since INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE obligations_change (
          seq INTEGER PRIMARY KEY, subject TEXT NOT NULL, was TEXT NOT NULL, became TEXT NOT NULL,
          reason TEXT NOT NULL, at INTEGER NOT NULL, entry BLOB NOT NULL) STRICT
        """,
        "CREATE INDEX obligations_change_by_subject ON obligations_change (subject, seq)"
      ),
      // The journal entry of each decision; those that were made before this have none.
      Migration(
        "ALTER TABLE obligations_attestation ADD COLUMN entry BLOB",
        "ALTER TABLE obligations_exception ADD COLUMN entry BLOB"
      ),
      // When a weakness was seen that no look has found mended; looks from before this know it from their next one.
      Migration("ALTER TABLE obligations_look ADD COLUMN found INTEGER"),
    ])
}
