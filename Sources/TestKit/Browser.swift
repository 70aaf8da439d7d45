import Foundation
import Synchronization

/// A real Chromium without a window, driven over the DevTools protocol through a pipe.
public final class Browser: Sendable {
  private struct State {
    var nextID = 0
    var waiting: [Int: CheckedContinuation<Message, any Error>] = [:]
    var isClosed = false
  }

  /// An answer of the browser: JSON as Foundation reads it.
  struct Message: @unchecked Sendable {
    // `@unchecked Sendable`: made by JSONSerialization, never changed afterwards.
    let members: [String: Any]
  }

  private let process: Process
  private let commands: FileHandle
  private let state = Mutex(State())

  private static let program = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
    .first { FileManager.default.isExecutableFile(atPath: $0) }

  /// Whether there is one on this machine.
  public static var isInstalled: Bool { program != nil }

  /// Starts a browser, calls `body` with it, and ends it with all that it left behind.
  public static func with<Value>(
    isolation: isolated (any Actor)? = #isolation, _ body: (Browser) async throws -> Value
  ) async throws -> Value {
    try await TemporaryDirectory.with { directory in
      let browser = try Browser(profile: directory.path)
      do {
        let value = try await body(browser)
        try await browser.close(removing: directory)
        return value
      } catch {
        try await browser.close(removing: directory)
        throw error
      }
    }
  }

  private init(profile: String) throws {
    guard let program = Self.program else {
      throw BrowserError(what: "Chromium is missing: apt-get install chromium")
    }
    process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    // The browser reads commands from descriptor 3 and writes answers to 4; a process has only the first three.
    process.arguments = [
      "-c",
      """
      export TMPDIR='\(profile)'
      exec '\(program)' --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run \
      --disable-extensions --disable-background-networking --disable-component-update --mute-audio --hide-scrollbars \
      --ignore-certificate-errors --remote-debugging-pipe --user-data-dir='\(profile)/chromium' about:blank \
      3<&0 4>&1 0</dev/null 1>/dev/null
      """,
    ]
    let (input, output) = (Pipe(), Pipe())
    process.standardError = FileHandle.nullDevice
    commands = input.fileHandleForWriting
    try ChildProcess.start(process) { process in
      process.standardInput = input
      process.standardOutput = output
      return [input, output]
    }
    let answers = output.fileHandleForReading
    Thread { [self] in read(answers) }.start()
  }

  /// Its helpers end after it and write into the profile until then, so removing is tried until nothing comes anew.
  private func close(removing directory: TemporaryDirectory) async throws {
    process.terminate()
    ChildProcess.waitForEnd(of: process)
    for _ in 0..<100 {
      directory.remove()
      try? await Task.sleep(for: .milliseconds(50))
      if !FileManager.default.fileExists(atPath: directory.path) { return }
    }
    throw BrowserError(what: "\(directory.path) could not be removed")
  }

  private func read(_ answers: FileHandle) {
    var buffer = Data()
    // What there is; reading a number of bytes would wait for all of them.
    while case let chunk = answers.availableData, !chunk.isEmpty {
      buffer.append(chunk)
      while let end = buffer.firstIndex(of: 0) {
        receive(Data(buffer[buffer.startIndex..<end]))
        buffer = Data(buffer[(end + 1)...])
      }
    }
    let waiting = state.withLock { state in
      state.isClosed = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in waiting { continuation.resume(throwing: BrowserError(what: "the browser has ended")) }
  }

  private func receive(_ data: Data) {
    guard let members = (try? JSONSerialization.jsonObject(with: data)) as? [String: Any] else { return }
    guard let id = members["id"] as? Int, let continuation = state.withLock({ $0.waiting.removeValue(forKey: id) })
    else {
      return
    }
    if let error = members["error"] as? [String: Any] {
      continuation.resume(throwing: BrowserError(what: error["message"] as? String ?? "refused"))
    } else {
      continuation.resume(returning: Message(members: members["result"] as? [String: Any] ?? [:]))
    }
  }

  /// Sends a command and waits for its answer.
  func send(_ method: String, _ parameters: [String: Any] = [:], session: String? = nil) async throws -> Message {
    let id = state.withLock { state in
      state.nextID += 1
      return state.nextID
    }
    var command: [String: Any] = ["id": id, "method": method, "params": parameters]
    if let session { command["sessionId"] = session }
    let data = try JSONSerialization.data(withJSONObject: command) + [0]
    return try await withCheckedThrowingContinuation { continuation in
      let isClosed = state.withLock { state in
        if !state.isClosed { state.waiting[id] = continuation }
        return state.isClosed
      }
      guard !isClosed else { return continuation.resume(throwing: BrowserError(what: "the browser has ended")) }
      do {
        try commands.write(contentsOf: data)
      } catch {
        state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(throwing: error)
      }
    }
  }

  /// Opens a tab.
  public func tab(width: Int = 1_280, height: Int = 900) async throws -> BrowserTab {
    let target = try await send("Target.createTarget", ["url": "about:blank"]).members["targetId"] as? String ?? ""
    let attached = try await send("Target.attachToTarget", ["targetId": target, "flatten": true])
    let tab = BrowserTab(browser: self, session: attached.members["sessionId"] as? String ?? "")
    _ = try await send("Page.enable", session: tab.session)
    _ = try await send("Runtime.enable", session: tab.session)
    try await tab.resize(width: width, height: height)
    return tab
  }
}

/// What went wrong in the browser.
public struct BrowserError: Error, CustomStringConvertible {
  let what: String

  public var description: String { what }
}
