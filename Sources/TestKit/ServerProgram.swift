import Foundation
import NIOCore
import NIOPosix

/// A real server program, started for a test and ended by its process number.
///
/// A small shell script looks after it: it ends the server when it is told to, and after five minutes whatever happens.
public struct ServerProgram: Sendable {
  private let commands: FileHandle
  private let log: String

  /// Starts a program and waits until it listens.
  /// - Parameters:
  ///   - package: what to install where the program is missing.
  ///   - log: a file with what it has to say when it does not start.
  public init(
    _ program: String, _ arguments: [String], package: String, ports: [Int], log: String,
    environment: [String: String] = [:]
  ) async throws {
    guard let path = Self.find(program) else {
      throw TestSetupError(
        description: "\(program) is not installed; scripts/bootstrap does it (apt package \(package))")
    }
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    let script =
      #"timeout 300 "$@" >>"$LOG" 2>&1 </dev/null & pid=$!; read -r _; kill -TERM $pid 2>/dev/null; wait $pid"#
    process.arguments = ["-c", script, "surety-server", path] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }.merging(["LOG": log]) { $1 }
    let input = Pipe()
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try Self.run(process, input)
    (commands, self.log) = (input.fileHandleForWriting, log)
    do {
      for port in ports { try await waitUntilListening(on: port) }
    } catch {
      stop()
      throw error
    }
  }

  /// Ends the server. A line says so, because servers that were started at the same time hold the pipe open too.
  public func stop() {
    try? commands.write(contentsOf: Data("stop\n".utf8))
    try? commands.close()
  }

  /// Starts a process that hears signals: it inherits the mask of this thread, and the threads of the test runner block
  /// nearly all of them.
  private static func run(_ process: Process, _ input: Pipe) throws {
    var (nothing, before) = (sigset_t(), sigset_t())
    sigemptyset(&nothing)
    pthread_sigmask(SIG_SETMASK, &nothing, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try ChildProcess.start(process) { process in
      process.standardInput = input
      return [input]
    }
  }

  private static func find(_ program: String) -> String? {
    let directories = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { String($0) }
    return (directories + ["/usr/sbin", "/usr/local/sbin"]).map { "\($0)/\(program)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  private func waitUntilListening(on port: Int) async throws {
    for _ in 0..<200 {
      if let channel = try? await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .connect(host: "127.0.0.1", port: port).get()
      {
        try await channel.close()
        return
      }
      try await Task.sleep(for: .milliseconds(25))
    }
    let said = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    throw TestSetupError(description: "nothing listens on port \(port): \(said.suffix(2_000))")
  }
}
