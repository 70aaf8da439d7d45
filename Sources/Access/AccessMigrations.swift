public import Storage

/// The tables of members, their factors, their sessions and their invitations.
public enum AccessMigrations {
  public static let plan = MigrationPlan(
    room: "access",
    [
      Migration(
        // `failures`: wrong answers in a row, since the last right one.
        """
        CREATE TABLE access_member (
          id BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, role TEXT NOT NULL, active INTEGER NOT NULL,
          failures INTEGER NOT NULL, last_failure INTEGER NOT NULL, last_seen INTEGER, last_visit INTEGER) STRICT
        """,
        """
        CREATE TABLE access_password (
          member BLOB PRIMARY KEY REFERENCES access_member (id), hash TEXT NOT NULL) STRICT
        """,
        """
        CREATE TABLE access_otp (
          member BLOB PRIMARY KEY REFERENCES access_member (id), secret BLOB NOT NULL, last_step INTEGER NOT NULL) STRICT
        """,
        """
        CREATE TABLE access_recovery (
          digest BLOB PRIMARY KEY, member BLOB NOT NULL REFERENCES access_member (id), used INTEGER) STRICT
        """,
        "CREATE INDEX access_recovery_member ON access_recovery (member)",
        """
        CREATE TABLE access_passkey (
          id BLOB PRIMARY KEY, member BLOB NOT NULL REFERENCES access_member (id), label TEXT NOT NULL,
          public_key BLOB NOT NULL, sign_count INTEGER NOT NULL, aaguid BLOB NOT NULL, transports TEXT NOT NULL,
          backup_eligible INTEGER NOT NULL, backed_up INTEGER NOT NULL, attestation TEXT NOT NULL,
          regressed INTEGER, added INTEGER NOT NULL, used INTEGER) STRICT
        """,
        "CREATE INDEX access_passkey_member ON access_passkey (member)",
        """
        CREATE TABLE access_session (
          digest BLOB PRIMARY KEY, id BLOB NOT NULL UNIQUE, member BLOB NOT NULL REFERENCES access_member (id),
          csrf TEXT NOT NULL, opened INTEGER NOT NULL, used INTEGER NOT NULL, factors TEXT NOT NULL,
          strength INTEGER NOT NULL, proven INTEGER NOT NULL, address TEXT NOT NULL, agent TEXT NOT NULL) STRICT
        """,
        "CREATE INDEX access_session_opened ON access_session (opened)",
        "CREATE INDEX access_session_member ON access_session (member)",
        """
        CREATE TABLE access_invitation (
          id BLOB PRIMARY KEY, digest BLOB NOT NULL UNIQUE, name TEXT NOT NULL, role TEXT NOT NULL,
          inviter TEXT NOT NULL, expires INTEGER NOT NULL, ended INTEGER) STRICT
        """,
        // The seed of the key that signs who comes, sealed.
        "CREATE TABLE access_gateway_key (id INTEGER PRIMARY KEY, seed BLOB NOT NULL) STRICT",
        // By which a guarded host recognises a session: cookies do not go from one host to another.
        """
        CREATE TABLE access_gateway_session (
          digest BLOB PRIMARY KEY, session BLOB NOT NULL, host TEXT NOT NULL, opened INTEGER NOT NULL) STRICT
        """,
        "CREATE INDEX access_gateway_session_opened ON access_gateway_session (opened)",
        // Keys of programs. `ends`: when it was revoked, or ends because another took its place.
        """
        CREATE TABLE access_key (
          id BLOB PRIMARY KEY, digest BLOB NOT NULL UNIQUE, label TEXT NOT NULL, maker TEXT NOT NULL,
          actions TEXT NOT NULL, made INTEGER NOT NULL, expires INTEGER NOT NULL, used INTEGER, ends INTEGER) STRICT
        """,
        // What each member used last, to the day.
        """
        CREATE TABLE access_use (
          member BLOB NOT NULL REFERENCES access_member (id), action TEXT NOT NULL, last INTEGER NOT NULL,
          PRIMARY KEY (member, action)) STRICT
        """,
        // What is good once, until it would not be taken any more in any case.
        "CREATE TABLE access_spent (digest BLOB PRIMARY KEY, expires INTEGER NOT NULL) STRICT",
        "CREATE INDEX access_spent_expires ON access_spent (expires)"),
      Migration(
        // `ends`: moved to the present when it is ended early.
        """
        CREATE TABLE access_emergency (
          id BLOB PRIMARY KEY, member BLOB NOT NULL REFERENCES access_member (id), session BLOB NOT NULL,
          reason TEXT NOT NULL, opened INTEGER NOT NULL, ends INTEGER NOT NULL, reviewer TEXT, reviewed INTEGER,
          justified INTEGER, statement TEXT) STRICT
        """,
        """
        CREATE VIEW access_named_emergency AS
        SELECT e.id, e.member, m.name, e.reason, e.opened, e.ends, e.reviewer, e.reviewed, e.justified, e.statement
        FROM access_emergency e JOIN access_member m ON m.id = e.member
        """,
        // The sessions of active members, each with the emergency access that was opened for it last.
        """
        CREATE VIEW access_active_session AS
        SELECT s.digest, s.id, m.id AS member, m.name, m.role, s.csrf, s.opened, s.used, s.factors, s.strength, s.proven,
          s.address, s.agent, m.last_seen, m.last_visit, e.id AS emergency, e.ends AS emergency_ends
        FROM access_session s JOIN access_member m ON m.id = s.member
          LEFT JOIN access_emergency e
            ON e.id = (SELECT n.id FROM access_emergency n WHERE n.session = s.id ORDER BY n.opened DESC LIMIT 1)
        WHERE m.active = 1
        """,
        "CREATE INDEX access_emergency_ends ON access_emergency (ends)",
        "CREATE INDEX access_emergency_session ON access_emergency (session)",
        """
        CREATE TABLE access_emergency_use (
          emergency BLOB NOT NULL REFERENCES access_emergency (id), action TEXT NOT NULL, last INTEGER NOT NULL,
          PRIMARY KEY (emergency, action)) STRICT
        """),
      Migration(
        // For whom another server vouches: its name, and what it calls the member for ever.
        """
        CREATE TABLE access_federated (
          issuer TEXT NOT NULL, subject TEXT NOT NULL, member BLOB NOT NULL REFERENCES access_member (id),
          added INTEGER NOT NULL, PRIMARY KEY (issuer, subject)) STRICT
        """,
        "CREATE INDEX access_federated_member ON access_federated (member)"),
      // How many requests a second a program may make.
      Migration("ALTER TABLE access_key ADD COLUMN rate INTEGER NOT NULL DEFAULT 100"),
    ])
}
