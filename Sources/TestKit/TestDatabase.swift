import Foundation
public import Storage

/// The databases that every behaviour is tested on.
public enum Backend: String, CaseIterable, Sendable {
  case sqlite, postgreSQL
}

/// An empty database for one test.
public enum TestDatabase {
  /// Makes an empty database, calls `body` with its location, and removes it.
  @discardableResult
  public static func withLocation<Value>(
    _ backend: Backend, isolation: isolated (any Actor)? = #isolation,
    _ body: (DatabaseLocation) async throws -> Value
  ) async throws -> Value {
    switch backend {
    case .sqlite:
      return try await TemporaryDirectory.with { try await body(.sqlite(path: $0.file("test.sqlite"))) }
    case .postgreSQL:
      let cluster = try PostgreSQLCluster.shared.get()
      let name = "t\(UUID().uuidString.lowercased().filter { $0 != "-" })"
      try await cluster.run("CREATE DATABASE \(name)")
      do {
        let value = try await body(.postgreSQL(url: cluster.url(database: name)))
        try await cluster.run("DROP DATABASE \(name) WITH (FORCE)")
        return value
      } catch {
        try? await cluster.run("DROP DATABASE \(name) WITH (FORCE)")
        throw error
      }
    }
  }

  /// Keeps a copy of a closed database, as a backup does.
  public static func backUp(_ location: DatabaseLocation) async throws {
    switch location {
    case .sqlite(let path): try FileBytes.copy(path, to: path + ".backup")
    case .postgreSQL:
      let name = name(of: location)
      try await PostgreSQLCluster.shared.get().run("CREATE DATABASE \(name)_backup TEMPLATE \(name)")
    }
  }

  /// Puts the copy in the place of the closed database.
  public static func restore(_ location: DatabaseLocation) async throws {
    switch location {
    case .sqlite(let path): try FileBytes.copy(path + ".backup", to: path)
    case .postgreSQL:
      let (cluster, name) = (try PostgreSQLCluster.shared.get(), name(of: location))
      try await cluster.run("DROP DATABASE \(name) WITH (FORCE)")
      try await cluster.run("ALTER DATABASE \(name)_backup RENAME TO \(name)")
    }
  }

  /// What follows the last slash of a location without its parameters.
  private static func name(of location: DatabaseLocation) -> String {
    location.description.split(separator: "/").last.map { String($0) } ?? ""
  }

  /// Makes an empty database, opens it, calls `body` with it, closes and removes it.
  @discardableResult
  public static func with<Value>(
    _ backend: Backend, limits: Database.Limits = Database.Limits(connections: 4),
    isolation: isolated (any Actor)? = #isolation, _ body: (Database) async throws -> Value
  ) async throws -> Value {
    try await withLocation(backend) { location in
      let database = try await Database.open(location, limits: limits)
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
}

extension DatabaseLocation {
  /// How it is named on a command line, secrets and all.
  public var argument: String {
    switch self {
    case .sqlite(let path): path
    case .postgreSQL(let url): url
    }
  }
}
