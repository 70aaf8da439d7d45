import CPostgreSQL
import Foundation
import Synchronization

/// Receives notifications on a connection of its own and passes them on; finds its way back after a failover. Its
/// thread starts with the first channel somebody listens to.
final class PostgreSQLListener: Sendable {
  private struct State {
    var channels: Set<Channel> = []
    var isStarted = false
    var isClosed = false
  }

  private let url: String
  private let broadcast: Broadcast
  private let state = Mutex(State())

  init(url: String, broadcast: Broadcast) {
    self.url = url
    self.broadcast = broadcast
  }

  func listen(to channel: Channel) {
    let mustStart = state.withLock { state in
      state.channels.insert(channel)
      defer { state.isStarted = true }
      return !state.isStarted
    }
    guard mustStart else { return }
    let thread = Thread { [self] in run() }
    thread.name = "surety.pg.listen"
    thread.start()
  }

  func close() { state.withLock { $0.isClosed = true } }

  private var isClosed: Bool { state.withLock { $0.isClosed } }

  private func run() {
    while !isClosed {
      do {
        let connection = try PostgreSQLConnection(url: url, statementTime: .seconds(10))
        try receive(on: connection)
      } catch {
        Thread.sleep(forTimeInterval: 0.5)
      }
    }
  }

  /// Passes notifications on until the connection breaks or the listener is closed.
  private func receive(on connection: PostgreSQLConnection) throws {
    var subscribed: Set<Channel> = []
    while !isClosed {
      let missing = state.withLock { $0.channels }.subtracting(subscribed)
      for channel in missing {
        try connection.command("LISTEN \(channel.name)")
        subscribed.insert(channel)
      }
      // Whatever was sent before this moment may have been missed.
      if !missing.isEmpty { broadcast.wakeAll() }
      var descriptor = pollfd(fd: PQsocket(connection.handle), events: Int16(POLLIN), revents: 0)
      poll(&descriptor, 1, 200)
      guard PQconsumeInput(connection.handle) == 1 else { throw StorageError.connectionLost(reason: "listener") }
      while let notification = PQnotifies(connection.handle) {
        let channel = Channel(named: String(cString: notification.pointee.relname))
        broadcast.send(String(cString: notification.pointee.extra), on: channel)
        PQfreemem(notification)
      }
    }
  }
}

extension Channel {
  init(named name: String) { self.name = name }
}
