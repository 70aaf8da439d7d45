extension Shop {
  /// Where the shop keeps its things, where it listens, and what is wrong with it.
  public struct Configuration: Sendable {
    /// Made when it is not there. The database, the access log, the secrets and the authority's certificate lie in it.
    public var directory: String
    /// 0 stands for any that is free.
    public var httpsPort: Int
    /// 0 stands for any that is free.
    public var httpPort: Int
    /// Empty for a shop in perfect order.
    public var weaknesses: Set<Weakness>

    public init(directory: String, httpsPort: Int = 8_443, httpPort: Int = 8_081, weaknesses: Set<Weakness> = []) {
      self.directory = directory
      self.httpsPort = httpsPort
      self.httpPort = httpPort
      self.weaknesses = weaknesses
    }
  }

  /// The ports on which the shop listens, both on the loopback only.
  public struct Ports: Hashable, Sendable {
    public let https: Int
    public let http: Int
  }
}
