import Foundation

/// Runs work that blocks, such as a flush to disk, on a thread of its own.
package enum BlockingWork {
  package static func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      Thread { continuation.resume(with: Result { try work() }) }.start()
    }
  }
}
