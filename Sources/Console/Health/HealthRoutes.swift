import Hummingbird
import Journal
import NIOCore
import Storage

/// Whether the server lives, whether it can work, and a few numbers (Prometheus text format).
struct HealthRoutes {
  /// nil for a server that only witnesses.
  let journal: Journal?

  func add(to router: Router<ConsoleRequestContext>) {
    router.get("healthz") { _, _ in Self.text("alive\n") }
    router.get("readyz") { _, _ in
      do {
        _ = try await journal?.publishedSize()
        return Self.text("ready\n")
      } catch {
        throw Problem(.serviceUnavailable, "The database does not answer.")
      }
    }
    router.get("metrics") { _, _ in
      let entries = try await journal?.publishedSize()
      let ledger = entries.map { "# TYPE surety_ledger_entries gauge\nsurety_ledger_entries \($0)\n" }
      return Self.text("# TYPE surety_up gauge\nsurety_up 1\n" + (ledger ?? ""))
    }
  }

  private static func text(_ body: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
