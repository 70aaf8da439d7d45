import Foundation
import Synchronization

/// A program run to its end.
public enum Command {
  /// What it left behind.
  public struct Result: Sendable {
    public let status: Int32
    public let output: String
    public let errors: String
  }

  /// Runs a program found on the path and collects what it prints.
  public static func run(
    _ program: String, _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
      Thread {
        continuation.resume(
          with: Swift.Result { try runBlocking(program, arguments, input: input, environment: environment) })
      }.start()
    }
  }

  private static func runBlocking(
    _ program: String, _ arguments: [String], input: String, environment: [String: String]
  ) throws -> Result {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let (standardInput, output, errors) = (Pipe(), Pipe(), Pipe())
    try ChildProcess.start(process) { process in
      process.standardInput = standardInput
      process.standardOutput = output
      process.standardError = errors
      return [standardInput, output, errors]
    }
    // Errors are read on a thread of their own, so that neither pipe can fill while the other is waited for.
    let collected = Collected()
    let group = DispatchGroup()
    group.enter()
    Thread {
      collected.set((try? errors.fileHandleForReading.readToEnd()) ?? Data())
      group.leave()
    }.start()
    try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    try standardInput.fileHandleForWriting.close()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    group.wait()
    return Result(
      status: ChildProcess.waitForEnd(of: process), output: String(decoding: data, as: UTF8.self),
      errors: String(decoding: collected.get(), as: UTF8.self))
  }
}

/// What a reading thread has collected.
private final class Collected: Sendable {
  private let data = Mutex(Data())
  func set(_ data: Data) { self.data.withLock { $0 = data } }
  func get() -> Data { data.withLock { $0 } }
}
