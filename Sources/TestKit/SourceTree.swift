public import Foundation

/// The checked-out repository that the tests were built from.
public enum SourceTree {
  /// Its root.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The text of a file, by its path from the root.
  public static func text(of path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The paths from the root of all files below some directories, with one of these endings.
  public static func files(below directories: [String], endings: [String]) -> [String] {
    directories.flatMap { directory -> [String] in
      let names = FileManager.default.enumerator(atPath: root.appending(path: directory).path)?.allObjects as? [String]
      return (names ?? []).filter { name in endings.contains { name.hasSuffix($0) } }.map { "\(directory)/\($0)" }
        .sorted()
    }
  }
}
