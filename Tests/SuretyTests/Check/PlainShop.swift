import Foundation
import TestKit

/// A very small shop over plain HTTP on this machine, in Python, for tests of the command line alone.
struct PlainShop {
  let url: String

  /// What every helper in Python begins with: it was started on a thread that takes no signals, so it could not be told
  /// to stop; and it ends by itself should the tests be killed.
  static let beginning = """
    import signal
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
    signal.alarm(300)

    """

  private static let script =
    beginning + #"""
      import http.server
      class Shop(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
          pages = {"/": b"<!DOCTYPE html><title>Shop</title><a href=/privacy>Privacy notice</a>"}
          body = pages.get(self.path)
          self.send_response(200 if body else 404)
          self.send_header("Content-Type", "text/html; charset=utf-8")
          self.send_header("Content-Length", str(len(body or b"")))
          self.end_headers()
          self.wfile.write(body or b"")
        def log_message(self, *arguments): pass
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Shop)
      print(server.server_address[1], flush=True)
      server.serve_forever()
      """#

  static func with(_ body: (PlainShop) async throws -> Void) async throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    let output = Pipe()
    try ChildProcess.start(process) { process in
      process.standardOutput = output
      return [output]
    }
    defer { process.stop() }
    let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
    guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw TestSetupError(description: "the shop did not start: \(line)")
    }
    try await body(PlainShop(url: "http://127.0.0.1:\(port)"))
  }
}
