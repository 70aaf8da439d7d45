import Access
import Hummingbird
import Journal
import NIOCore
import Obligations
import Storage

/// Whether the server lives, whether it can work, and a few numbers (Prometheus text format).
struct HealthRoutes {
  /// nil for a server that only witnesses.
  let journal: Journal?
  /// nil where nothing is checked.
  let register: ObligationRegister?
  /// nil where nobody signs in.
  let access: Access?

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
      var text = Self.gauge("surety_up", 1)
      if let entries = try await journal?.publishedSize() { text += Self.gauge("surety_ledger_entries", entries) }
      if let failing = try await register?.failingLooks() { text += Self.gauge("surety_checks_failing", failing) }
      if let open = try await access?.openEmergencies().count {
        text += Self.gauge("surety_emergency_access_open", open)
      }
      return Self.text(text)
    }
  }

  private static func gauge(_ name: String, _ value: some BinaryInteger) -> String {
    "# TYPE \(name) gauge\n\(name) \(value)\n"
  }

  private static func text(_ body: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
