/// Gives up on work that takes too long.
/// - Throws: `late` when the limit passes first.
func withTimeLimit<Value: Sendable>(
  _ limit: Duration, orThrow late: AssessmentError, _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  try await withThrowingTaskGroup(of: Value?.self) { group in
    group.addTask { try await body() }
    group.addTask {
      try await Task.sleep(for: limit)
      return nil
    }
    defer { group.cancelAll() }
    guard let first = try await group.next(), let value = first else { throw late }
    return value
  }
}
