public import Storage

/// The tables of the console: its settings, and answers to repeated requests.
public enum ConsoleMigrations {
  public static let plan = MigrationPlan(
    room: "console",
    [
      Migration(
        """
        CREATE TABLE console_administrator (
          id BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, password TEXT NOT NULL, secret BLOB NOT NULL,
          last_step INTEGER NOT NULL, last_seen INTEGER, last_visit INTEGER) STRICT
        """,
        """
        CREATE TABLE console_session (
          digest BLOB PRIMARY KEY, administrator BLOB NOT NULL REFERENCES console_administrator (id),
          csrf TEXT NOT NULL, opened INTEGER NOT NULL, used INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX console_session_opened ON console_session (opened)",
        "CREATE TABLE console_setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        // The answer to a request that carried an idempotency key; without an answer it is still being worked on.
        """
        CREATE TABLE console_answer (
          member BLOB NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, status INTEGER, body TEXT,
          at INTEGER NOT NULL, PRIMARY KEY (member, key)) STRICT
        """),
      // Administrators have become members with the role of an owner. The room of access makes its tables before.
      Migration(
        """
        INSERT INTO access_member (id, name, role, active, failures, last_failure, last_seen, last_visit)
        SELECT id, name, 'owner', 1, 0, 0, last_seen, last_visit FROM console_administrator
        """,
        "INSERT INTO access_password (member, hash) SELECT id, password FROM console_administrator",
        """
        INSERT INTO access_otp (member, secret, last_step) SELECT id, secret, last_step FROM console_administrator
        """,
        "DROP TABLE console_session", "DROP TABLE console_administrator"),
    ])
}
