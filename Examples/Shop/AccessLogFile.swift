import Foundation
import Synchronization

/// The file that the lines go to. It is opened for every line, so it may be moved away at any time.
final class AccessLogFile: Sendable {
  private let path: String
  private let turn = Mutex(())

  init(path: String) { self.path = path }

  func append(_ line: String) {
    turn.withLock { _ in
      let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
      guard descriptor >= 0 else { return }
      // A shop whose disk is full goes on selling.
      _ = ShopFiles.write(Array((line + "\n").utf8), to: descriptor)
      close(descriptor)
    }
  }
}
