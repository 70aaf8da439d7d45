import GRDB

/// The shop's database. What is asked of it stands in a store for each subject.
struct ShopStore: Sendable {
  let catalogue: CatalogueStore
  let accounts: AccountStore
  let sessions: SessionStore
  let carts: CartStore
  let orders: OrderStore

  /// Opens the database, and fills the shelves of a new shop.
  /// - Throws: ``ShopError/unusableFile(_:reason:)``.
  init(in files: ShopFiles) throws(ShopError) {
    let name = "shop.sqlite"
    let path = files.path(name)
    try files.reserve(name)
    do {
      let database = try DatabaseQueue(path: path)
      try ShopMigrations.apply(to: database)
      catalogue = CatalogueStore(database: database)
      accounts = AccountStore(database: database)
      sessions = SessionStore(database: database)
      carts = CartStore(database: database)
      orders = OrderStore(database: database)
      try catalogue.fill(with: Catalogue.first)
    } catch {
      throw .unusableFile(path, reason: "it is no database that can be used")
    }
  }
}
