/// A host of the shop that a gateway guards, and where the shop could be reached beside it.
public struct GuardedHost: Hashable, Sendable {
  /// Its name, such as `admin.shop.example`.
  public let name: String
  /// Where the proxy that asks the gateway answers, such as `https://admin.shop.example`.
  public let address: String
  /// Paths that are closed to strangers.
  public let paths: [String]
  /// Where the shop itself listens behind the proxy, such as `http://10.0.0.5:8080`.
  public let origins: [String]

  public init(name: String, address: String, paths: [String], origins: [String]) {
    self.name = name
    self.address = address
    self.paths = paths
    self.origins = origins
  }
}
