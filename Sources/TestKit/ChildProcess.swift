public import Foundation
import Synchronization

/// Starting processes and waiting for them, where many are started at once and some live long.
///
/// Foundation hands a process whatever descriptors are open at that moment, so one that is started beside another holds
/// the other's pipes open, and Foundation then waits for both. So one is started at a time, and pipes are not inherited.
public enum ChildProcess {
  private static let turn = Mutex<Int>(0)

  /// Starts a process.
  /// - Parameter prepare: gives the process its pipes, and returns them.
  public static func start(_ process: Process, _ prepare: (Process) -> [Pipe] = { _ in [] }) throws {
    try turn.withLock { started in
      started += 1
      for pipe in prepare(process) {
        for handle in [pipe.fileHandleForReading, pipe.fileHandleForWriting] {
          _ = fcntl(handle.fileDescriptor, F_SETFD, FD_CLOEXEC)
        }
      }
      try process.run()
    }
  }

  /// Waits for the end of a process, as the system tells it.
  /// - Returns: its exit status, or the number of the signal that ended it.
  @discardableResult
  public static func waitForEnd(of process: Process) -> Int32 {
    var information = siginfo_t()
    while waitid(P_PID, id_t(process.processIdentifier), &information, WEXITED | WNOWAIT) == -1 {
      if errno == EINTR { continue }
      // Foundation heard of it first.
      process.waitUntilExit()
      return process.terminationStatus
    }
    return information._sifields._sigchld.si_status
  }
}
