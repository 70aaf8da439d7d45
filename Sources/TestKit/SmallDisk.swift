import Foundation

/// A file system of a few megabytes, for filling it up. Mounting one needs a privilege that even root may lack, as in most
/// containers.
public struct SmallDisk: Sendable {
  /// Where it is mounted.
  public let path: String

  /// Whether this process may mount one: it tries.
  public static func isAvailable() async -> Bool { (try? await with(megabytes: 1) { _ in }) != nil }

  /// Mounts one, calls `body`, and unmounts it.
  @discardableResult
  public static func with<Value>(
    megabytes: Int, isolation: isolated (any Actor)? = #isolation, _ body: (SmallDisk) async throws -> Value
  ) async throws -> Value {
    let directory = try TemporaryDirectory()
    let mounted = try await Command.run(
      "mount", ["-t", "tmpfs", "-o", "size=\(megabytes)m,mode=1777", "surety-test", directory.path])
    guard mounted.status == 0 else {
      directory.remove()
      throw TestSetupError(description: "mount: \(mounted.errors)")
    }
    do {
      let value = try await body(SmallDisk(path: directory.path))
      _ = try await Command.run("umount", ["-l", directory.path])
      directory.remove()
      return value
    } catch {
      _ = try? await Command.run("umount", ["-l", directory.path])
      directory.remove()
      throw error
    }
  }

  /// Gives it more room.
  public func grow(toMegabytes megabytes: Int) async throws {
    let grown = try await Command.run("mount", ["-o", "remount,size=\(megabytes)m", path])
    guard grown.status == 0 else { throw TestSetupError(description: "mount: \(grown.errors)") }
  }
}
