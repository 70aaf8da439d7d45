import Foundation
import NIOCore
import NIOPosix
import Synchronization

/// Ports of the loopback interface that nobody uses, each given once. They lie below those that the system gives to
/// connections, which could take one away before its server is there.
public enum FreePort {
  private static let last = Mutex(20_000 + Int(ProcessInfo.processInfo.processIdentifier) % 10_000)

  /// The next one.
  public static func next() async throws -> Int {
    for _ in 0..<1_000 {
      let port = last.withLock { last in
        last = last < 32_000 ? last + 1 : 20_000
        return last
      }
      let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      guard let channel = try? await bootstrap.bind(host: "127.0.0.1", port: port).get() else { continue }
      try await channel.close()
      return port
    }
    throw TestSetupError(description: "no port of the loopback interface is free")
  }
}
