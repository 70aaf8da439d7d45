import GRDB

/// The tables of the shop.
enum ShopMigrations {
  static func apply(to database: DatabaseQueue) throws {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("shop-1") { try $0.execute(sql: first) }
    try migrator.migrate(database)
  }

  private static let first = """
    CREATE TABLE products (
      slug TEXT PRIMARY KEY, position INTEGER NOT NULL, kind TEXT NOT NULL, name TEXT NOT NULL, unit TEXT NOT NULL,
      summary TEXT NOT NULL, description TEXT NOT NULL, price INTEGER NOT NULL,
      stock INTEGER NOT NULL CHECK (stock >= 0)
    );
    CREATE TABLE customers (
      id INTEGER PRIMARY KEY, email TEXT NOT NULL UNIQUE, name TEXT NOT NULL, salt BLOB NOT NULL, hash BLOB NOT NULL,
      street TEXT NOT NULL DEFAULT '', postcode TEXT NOT NULL DEFAULT '', town TEXT NOT NULL DEFAULT '',
      country TEXT NOT NULL DEFAULT ''
    );
    CREATE TABLE sessions (
      key BLOB PRIMARY KEY, customer INTEGER REFERENCES customers (id), admin_until INTEGER NOT NULL DEFAULT 0,
      used INTEGER NOT NULL
    );
    CREATE INDEX sessions_used ON sessions (used);
    CREATE TABLE cart_lines (
      session BLOB NOT NULL REFERENCES sessions (key) ON DELETE CASCADE ON UPDATE CASCADE,
      product TEXT NOT NULL REFERENCES products (slug), quantity INTEGER NOT NULL, PRIMARY KEY (session, product)
    );
    CREATE TABLE orders (
      number INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customers (id), placed INTEGER NOT NULL,
      total INTEGER NOT NULL, card TEXT NOT NULL, name TEXT NOT NULL, street TEXT NOT NULL, postcode TEXT NOT NULL,
      town TEXT NOT NULL, country TEXT NOT NULL, sent INTEGER
    );
    CREATE INDEX orders_customer ON orders (customer);
    CREATE TABLE order_lines (
      number INTEGER NOT NULL REFERENCES orders (number), product TEXT NOT NULL, name TEXT NOT NULL,
      price INTEGER NOT NULL, quantity INTEGER NOT NULL, PRIMARY KEY (number, product)
    );
    CREATE TABLE used_steps (step INTEGER PRIMARY KEY);
    """
}
