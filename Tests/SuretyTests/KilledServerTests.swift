import Foundation
import TestKit
import Testing

/// A shop that keeps whoever asks for its security.txt first waiting for minutes, and answers everybody else at once.
private struct SlowShop {
  let url: String
  /// A line for each time that somebody asked.
  let asked: String

  private static let script = #"""
    import http.server, sys, threading, time
    asked, turn = [], threading.Lock()
    class Shop(http.server.BaseHTTPRequestHandler):
      def do_GET(self):
        if self.path == "/.well-known/security.txt":
          with turn:
            asked.append(self.path)
            with open(sys.argv[1], "a") as notes: notes.write("asked\n")
            isFirst = len(asked) == 1
          if isFirst: time.sleep(280)
        body = b"<!DOCTYPE html><title>Shop</title>" if self.path == "/" else b""
        self.send_response(200 if body else 404)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
      def log_message(self, *arguments): pass
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    server.daemon_threads = True
    print(server.server_address[1], flush=True)
    server.serve_forever()
    """#

  static func with(notes: String, _ body: (SlowShop) async throws -> Void) async throws {
    try FileBytes.write([], to: notes)
    try await PythonServer.with(script, [notes]) {
      try await body(SlowShop(url: "http://127.0.0.1:\($0)", asked: notes))
    }
  }

  /// How many times somebody asked for security.txt.
  func timesAsked() throws -> Int { try FileBytes.read(asked).count { $0 == UInt8(ascii: "\n") } }
}

@Suite struct `A server that is killed in the middle of a look` {
  static let check = "security-txt"
  static let serve = [
    "serve", "--plain-http", "--listen", "127.0.0.1:0", "--allow-private", "--profile", "surety.yaml",
  ]

  /// Waits until something is so.
  static func wait(atMost seconds: Int, for what: String, _ isSo: () async throws -> Bool) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(seconds))
    while try await !isSo() {
      guard ContinuousClock.now < end else {
        throw TestSetupError(description: "\(what) did not happen within \(seconds) seconds")
      }
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// The claim that it leaves ends by itself, a minute and a half after it was made. Until then nobody else takes the
  /// look; after that one does, once.
  @Test func `leaves nothing half done, and the next one takes the look once`() async throws {
    try await Workplace.with { place in
      try await SlowShop.with(notes: place.directory.file("asked")) { shop in
        let profile = "platform: Slow shop\nstorefronts:\n  - url: \(shop.url)\n"
        try FileBytes.write(Array(profile.utf8), to: place.directory.file("surety.yaml"))
        try await place.surety("init", "--origin", "shop.example/ledger")
        let installation = try TestInstallation(at: place.directory.file("surety-data"))
        let (killed, _) = try await place.start(Self.serve, saying: "serving")
        do {
          try await Self.wait(atMost: 60, for: "the look") { try shop.timesAsked() == 1 }
        } catch {
          killed.stop()
          throw error
        }
        kill(killed.processIdentifier, SIGKILL)
        #expect(ChildProcess.waitForEnd(of: killed) == SIGKILL)
        let left = try await installation.looks(of: Self.check)
        #expect(left.recorded == 0 && left.isClaimed)

        let (next, _) = try await place.start(Self.serve, saying: "serving")
        defer { next.stop() }
        // Time enough for whoever does not respect the claim.
        try await Task.sleep(for: .seconds(5))
        #expect(try shop.timesAsked() == 1)
        try await Self.wait(atMost: 180, for: "the observation") {
          try await installation.looks(of: Self.check).recorded > 0
        }
        try await Task.sleep(for: .seconds(3))
        let taken = try await installation.looks(of: Self.check)
        #expect(taken.recorded == 1 && !taken.isClaimed)
        #expect(try shop.timesAsked() == 2, "once by the one that was killed, once by the next")
        #expect(next.stop() == 0)
        try await place.surety("ledger", "check")
      }
    }
  }
}
