/// Lets so many through to each host at once; the others wait their turn, so that a shop that limits connections is not
/// mistaken for one that is out of order.
actor Turnstile {
  private let width: Int
  private var inside: [String: Int] = [:]
  private var waiting: [String: [(ticket: UInt64, continuation: CheckedContinuation<Void, any Error>)]] = [:]
  private var tickets: UInt64 = 0

  init(width: Int) { self.width = width }

  /// Calls `body` when it is its turn.
  /// - Throws: what `body` throws; `CancellationError`.
  nonisolated func pass<Value: Sendable>(
    _ host: String, _ body: @Sendable () async throws -> Value
  ) async throws -> Value {
    try await enter(host)
    do {
      let value = try await body()
      await leave(host)
      return value
    } catch {
      await leave(host)
      throw error
    }
  }

  private func enter(_ host: String) async throws {
    try Task.checkCancellation()
    guard inside[host, default: 0] >= width else { return inside[host, default: 0] += 1 }
    tickets += 1
    let ticket = tickets
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
        if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
        waiting[host, default: []].append((ticket, continuation))
      }
    } onCancel: {
      Task { await giveUp(ticket, host) }
    }
  }

  /// Whoever leaves hands the place to the next.
  private func leave(_ host: String) {
    if var queue = waiting[host], !queue.isEmpty {
      let next = queue.removeFirst()
      waiting[host] = queue.isEmpty ? nil : queue
      next.continuation.resume()
    } else {
      inside[host] = inside[host].flatMap { $0 > 1 ? $0 - 1 : nil }
    }
  }

  private func giveUp(_ ticket: UInt64, _ host: String) {
    guard let index = waiting[host]?.firstIndex(where: { $0.ticket == ticket }) else { return }
    waiting[host]?.remove(at: index).continuation.resume(throwing: CancellationError())
  }
}
