import Foundation
import TestKit
import Testing

/// What `make fuzz` says when it cannot do what it was asked for. Its tools are stand-ins, so nothing is built.
@Suite struct `The fuzz script` {
  /// Runs a copy of the script in a directory with one target and these stand-ins for the toolchain.
  static func run(swiftc: String, swift: String, target: String) async throws -> Command.Result {
    try await TemporaryDirectory.with { directory in
      let files = FileManager.default
      for path in ["scripts", "tools", "Tests/FuzzCorpus/note"] {
        try files.createDirectory(atPath: directory.file(path), withIntermediateDirectories: true)
      }
      let script = SourceTree.root.appending(path: "scripts/fuzz").path
      try FileBytes.copy(script, to: directory.file("scripts/fuzz"))
      for (name, body) in [("swiftc", swiftc), ("swift", swift)] {
        try FileBytes.write(Array("#!/bin/sh\n\(body)\n".utf8), to: directory.file("tools/\(name)"))
        try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: directory.file("tools/\(name)"))
      }
      let path = "\(directory.file("tools")):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
      return try await Command.run("bash", [directory.file("scripts/fuzz"), "1", target], environment: ["PATH": path])
    }
  }

  @Test func `refuses a target that is not there, and names those that are`() async throws {
    let result = try await Self.run(swiftc: "exit 0", swift: "exit 0", target: "nonsense")
    #expect(result.status == 2)
    #expect(result.errors.contains("the targets are note"))
  }

  @Test func `tells an error in the sources from a toolchain without libFuzzer`() async throws {
    let broken = try await Self.run(
      swiftc: "exit 0", swift: "[ \"$1\" = build ] || exit 0; echo 'X.swift:1:1: error: nonsense'; exit 1",
      target: "note")
    #expect(broken.status == 1)
    #expect(broken.errors.contains("X.swift:1:1: error: nonsense"))
    #expect(!broken.output.contains("seeded generator"))

    let incapable = try await Self.run(swiftc: "exit 1", swift: "echo \"ran $1 $2 $3\"", target: "")
    #expect(incapable.status == 0)
    #expect(incapable.output.contains("no libFuzzer") && incapable.output.contains("ran test --filter parser"))
  }
}
