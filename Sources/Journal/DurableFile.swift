#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A small file that is replaced as a whole and is on disk when the call returns.
package enum DurableFile {
  /// What the system said.
  package struct Failure: Error, CustomStringConvertible {
    package let description: String
  }

  /// What to do where a file is there already.
  package enum Mode { case replace, create }

  /// Writes beside the file, flushes, renames over it, and flushes the directory. Readable by the owner only.
  /// - Parameter mode: whether a file that is there is replaced or left alone with an error.
  package static func store(_ text: String, at path: String, mode: Mode = .replace) throws(Failure) {
    // A name of this process and moment: two writers must not truncate each other's file.
    let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).new"
    do {
      try flush(text, to: temporary)
    } catch {
      // On a full disk every try would leave another file behind.
      unlink(temporary)
      throw error
    }
    // `link` fails where a file is there already, also when another process has just made it.
    let isPlaced = mode == .replace ? rename(temporary, path) == 0 : link(temporary, path) == 0
    let reason = failure("cannot \(mode == .replace ? "replace" : "create") \(path)")
    unlink(temporary)
    guard isPlaced else { throw reason }
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let handle = open(directory.isEmpty ? "/" : directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { throw failure("cannot open \(directory)") }
    defer { close(handle) }
    guard fsync(handle) == 0 else { throw failure("cannot flush \(directory)") }
  }

  private static func flush(_ text: String, to path: String) throws(Failure) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("cannot create \(path)") }
    defer { close(descriptor) }
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { throw failure("cannot write \(path)") }
      rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw failure("cannot flush \(path)") }
  }

  private static func failure(_ what: String) -> Failure {
    Failure(description: "\(what): \(String(cString: strerror(errno)))")
  }
}
