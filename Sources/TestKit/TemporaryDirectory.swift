import Foundation

/// A directory that is gone after the test.
public struct TemporaryDirectory: Sendable {
  /// Its absolute path.
  public let path: String

  /// Makes a directory, calls `body` with it, and removes it whatever happens.
  @discardableResult
  public static func with<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: (TemporaryDirectory) async throws -> Value
  ) async throws -> Value {
    let directory = try TemporaryDirectory()
    defer { directory.remove() }
    return try await body(directory)
  }

  /// Makes a directory that the caller removes.
  public init() throws {
    path = FileManager.default.temporaryDirectory.appending(path: "surety-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// A directory at a place of the caller's choosing, made when it is not there.
  public init(at path: String) throws {
    self.path = path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  /// The path of a file in it.
  public func file(_ name: String) -> String { "\(path)/\(name)" }

  /// Removes it with all that is in it.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
