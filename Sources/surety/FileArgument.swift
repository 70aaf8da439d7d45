import ArgumentParser
import Foundation

/// Files named on the command line.
enum FileArgument {
  /// Reads a file of limited size.
  /// - Throws: `ValidationError`, so that it counts as unusable input.
  static func read(_ path: String, most: Int) throws -> [UInt8] {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw ValidationError("cannot read \(path)") }
    defer { try? handle.close() }
    do {
      let data = try handle.read(upToCount: most + 1) ?? Data()
      guard data.count <= most else { throw ValidationError("\(path) is longer than \(most) bytes") }
      return Array(data)
    } catch let error as ValidationError {
      throw error
    } catch {
      throw ValidationError("cannot read \(path)")
    }
  }
}
