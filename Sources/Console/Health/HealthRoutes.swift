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
      var lines = ["# TYPE surety_resident_bytes gauge", "surety_resident_bytes \(ProcessMemory.residentBytes)"]
      if let journal {
        let size = try await journal.publishedSize()
        lines += ["# TYPE surety_ledger_entries counter", "surety_ledger_entries \(size)"]
      }
      return Self.text(lines.map { $0 + "\n" }.joined())
    }
  }

  private static func text(_ body: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
