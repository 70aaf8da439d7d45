import Foundation
import TestKit
import Testing

@Suite struct `The documentation` {
  /// The blocks that follow the mark `<!-- tested -->`.
  static let examples: [(file: String, script: String)] = {
    let files = ["README.md"] + SourceTree.files(below: ["docs"], endings: [".md"])
    return files.flatMap { file -> [(String, String)] in
      guard let text = try? SourceTree.text(of: file) else { return [] }
      return text.components(separatedBy: "<!-- tested -->\n```sh\n").dropFirst()
        .compactMap { $0.components(separatedBy: "\n```").first }.map { (file, $0) }
    }
  }()

  @Test func `has examples in the README and in each page of a capability`() {
    #expect(Set(Self.examples.map(\.file)).isSuperset(of: ["README.md", "docs/ledger.md", "docs/witnesses.md"]))
  }

  @Test(arguments: examples.indices) func `has examples that work as they stand`(number: Int) async throws {
    let (file, script) = Self.examples[number]
    try await TemporaryDirectory.with { directory in
      let products = URL(filePath: BuildProducts.path(of: "surety")).deletingLastPathComponent().path
      let path = "\(products):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
      let result = try await Command.run(
        "bash", ["-c", "set -euo pipefail\ncd '\(directory.path)'\n\(script)"], environment: ["PATH": path])
      #expect(result.status == 0, "\(file): \(result.output)\(result.errors)")
    }
  }

  @Test func `names no file that is not there`() throws {
    for file in ["README.md", "SECURITY.md", "CONTRIBUTING.md"] + SourceTree.files(below: ["docs"], endings: [".md"]) {
      let folder = file.contains("/") ? String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)]) + "/" : ""
      for link in try SourceTree.text(of: file).matches(of: /\]\(([^)#:]+)\)/) {
        let path = SourceTree.root.appending(path: folder + link.1).path
        #expect(FileManager.default.fileExists(atPath: path), "\(file) names \(link.1)")
      }
    }
  }
}
