import Obligations
import Primitives

/// Looks that several checks share: whoever asks for the same target within a minute gets what the first saw, so that
/// the shop is asked once. A check that comes back looks anew, and a look that failed is not kept.
actor SharedLooks<Seen: Sendable> {
  // Touched by the actor alone.
  private final class Look {
    let began: Instant
    let seen = Promised<Seen>()
    let work: Task<Void, Never>
    var readers: Set<Code<CheckName>> = []
    var waiting = 0

    init(at now: Instant, _ make: @escaping @Sendable () async throws -> Seen) {
      began = now
      work = Task { [seen] in
        do {
          seen.settle(.success(try await make()))
        } catch {
          seen.settle(.failure(error))
        }
      }
    }
  }

  private let surroundings: Surroundings
  // By target.
  private var looks: [String: Look] = [:]

  init(surroundings: Surroundings) { self.surroundings = surroundings }

  /// - Throws: what `make` throws; `CancellationError`. The look itself is given up when nobody waits for it any more.
  func look(
    at target: String, for reader: Code<CheckName>, _ make: @escaping @Sendable () async throws -> Seen
  ) async throws -> Seen {
    let now = surroundings.now()
    looks = looks.filter { now.since($0.value.began) < .seconds(60) }
    var look = looks[target] ?? Look(at: now, make)
    if look.readers.contains(reader) { look = Look(at: now, make) }
    look.readers.insert(reader)
    look.waiting += 1
    looks[target] = look
    defer {
      look.waiting -= 1
      if look.waiting == 0 { look.work.cancel() }
    }
    do {
      return try await look.seen.value()
    } catch {
      let isOurs = error is CancellationError && look.waiting > 1
      if looks[target] === look, !isOurs { looks[target] = nil }
      throw error
    }
  }
}
