import Foundation

/// The files in the shop's directory.
struct ShopFiles: Sendable {
  let directory: String

  /// Makes the directory, for its owner only.
  /// - Throws: ``ShopError/unusableFile(_:reason:)``.
  init(_ directory: String) throws(ShopError) {
    self.directory = directory
    do {
      try FileManager.default.createDirectory(
        atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw .unusableFile(directory, reason: "it cannot be made")
    }
  }

  func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// The text of a file; nil where there is none.
  func text(_ name: String) throws(ShopError) -> String? {
    guard FileManager.default.fileExists(atPath: path(name)) else { return nil }
    guard let data = FileManager.default.contents(atPath: path(name)) else {
      throw .unusableFile(path(name), reason: "it cannot be read")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Writes a file beside its place and moves it there, so that half a file is never seen.
  /// - Parameter mode: who may read it; nobody else gets to see it in between.
  func write(_ text: String, to name: String, mode: mode_t) throws(ShopError) {
    let temporary = path(name) + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { throw failure(name) }
    let isWritten = Self.write(Array(text.utf8), to: descriptor)
    close(descriptor)
    guard isWritten, rename(temporary, path(name)) == 0 else { throw failure(name) }
  }

  /// Makes an empty file that only its owner may read; one that is there stays as it is.
  func reserve(_ name: String) throws(ShopError) {
    let descriptor = open(path(name), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(name) }
    close(descriptor)
  }

  /// Writes all of it, in as many goes as it takes.
  static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      guard written > 0 else { return false }
      rest = rest.dropFirst(written)
    }
    return true
  }

  private func failure(_ name: String) -> ShopError {
    .unusableFile(path(name), reason: String(cString: strerror(errno)))
  }
}
