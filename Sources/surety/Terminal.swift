import ArgumentParser
import Foundation
import Logging
import Primitives
import Synchronization

/// How a command prints its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable { case text, json }

struct OutputOptions: ParsableArguments {
  @Option(help: "How to print the result: text or json.")
  var format = OutputFormat.text
}

/// The two streams: results go to standard output, everything else to standard error.
enum Terminal {
  /// Tells the person something.
  static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }

  /// Prints a result as one line of JSON.
  static func print(_ value: JSON) { Swift.print(String(decoding: value.canonicalBytes, as: UTF8.self)) }

  /// A logger that writes to standard error.
  static func logger() -> Logger { Logger(label: "surety", factory: { StreamLogHandler.standardError(label: $0) }) }
}

/// How far long work has come, on standard error. On a terminal the line is rewritten a few times a second; elsewhere,
/// such as in a log, a line is written every ten seconds.
final class Progress: Sendable {
  private struct State {
    var last: ContinuousClock.Instant
    var isDrawn = false
  }

  private let verb: String
  private let isTerminal = isatty(2) == 1
  private let state = Mutex(State(last: .now))

  /// - Parameter verb: what is done to each, such as "verified".
  init(_ verb: String) { self.verb = verb }

  /// Tells how many are done, and of how many if that is known.
  func report(_ done: UInt64, of total: UInt64?) {
    state.withLock { state in
      guard ContinuousClock.now - state.last > (isTerminal ? .milliseconds(200) : .seconds(10)) else { return }
      state.last = .now
      let part = total.map { " of \($0) (\($0 == 0 ? 100 : done * 100 / $0) %)" } ?? ""
      let text = "\(verb) \(done)\(part)"
      FileHandle.standardError.write(Data((isTerminal ? "\r\u{1b}[2K\(text)" : "\(text)\n").utf8))
      state.isDrawn = true
    }
  }

  /// Clears the line.
  func finish() {
    state.withLock { state in
      if isTerminal, state.isDrawn { FileHandle.standardError.write(Data("\r\u{1b}[2K".utf8)) }
      state.isDrawn = false
    }
  }
}
