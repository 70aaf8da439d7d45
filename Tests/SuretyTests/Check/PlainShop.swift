/// A very small shop over plain HTTP on this machine, in Python, for tests of the command line alone.
struct PlainShop {
  let url: String

  private static let script = #"""
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
    try await PythonServer.with(script) { try await body(PlainShop(url: "http://127.0.0.1:\($0)")) }
  }
}
