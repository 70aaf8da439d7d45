import Foundation

/// The executables that were built beside the running tests.
public enum BuildProducts {
  /// The path of an executable of this package.
  public static func path(of name: String) -> String {
    // On Linux the test executable itself stands in the directory of products.
    let directory = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent()
    let candidate = directory.appending(path: name).path
    if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
    return URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().appending(path: name)
      .path
  }
}
