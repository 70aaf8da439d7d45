import Foundation
import TestKit

/// A small server on this machine, in Python, for tests of the command line alone. Its script prints the port.
enum PythonServer {
  /// It was started on a thread that takes no signals, so it could not be told to stop; and it ends by itself should the
  /// tests be killed.
  private static let beginning = """
    import signal
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
    signal.alarm(300)

    """

  /// Runs a script, and ends it after `body`, which gets the port.
  static func with(_ script: String, _ arguments: [String] = [], _ body: (Int) async throws -> Void) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", beginning + script] + arguments
    let output = Pipe()
    try ChildProcess.start(process) { process in
      process.standardOutput = output
      return [output]
    }
    defer { process.stop() }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw TestSetupError(description: "the server did not start: \(line)")
    }
    try await body(port)
  }
}
