import ArgumentParser
import Foundation
import Storage

/// Where a server keeps its files, and which database belongs to it.
struct DataDirectory: Sendable {
  let path: String
  let location: DatabaseLocation

  /// - Parameter database: nil for the one that was remembered, or else a file in the directory.
  init(_ path: String, database: String?) throws {
    self.path = path
    let remembered = try? String(contentsOfFile: "\(path)/database", encoding: .utf8)
    let text = database ?? remembered?.trimmingCharacters(in: .whitespacesAndNewlines)
    location = try DatabaseLocation(text ?? "sqlite:\(path)/surety.sqlite")
  }

  /// Makes the directory, readable by its owner only, and remembers a database that is not the default one.
  func create(remembering database: String?) throws {
    let remembered = try? String(contentsOfFile: "\(path)/database", encoding: .utf8)
    if let database, let remembered, remembered != database + "\n" {
      throw ValidationError(
        "\(path) belongs to another database; name another directory with --data. Nothing was changed")
    }
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    if let database {
      let path = "\(path)/database"
      guard
        FileManager.default.createFile(
          atPath: path, contents: Data("\(database)\n".utf8), attributes: [.posixPermissions: 0o600])
      else { throw ValidationError("cannot write \(path)") }
    }
  }
}
