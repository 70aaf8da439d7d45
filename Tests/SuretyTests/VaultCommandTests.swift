import Foundation
import Primitives
import TestKit
import Testing

extension `The vault of the built program` {
  @Suite struct `The vault on the command line` {
    @Test func `compares a map before it adopts it, and prints the one in force`() async throws {
      try await VaultPlace.with { vault in
        let place = vault.place
        let example = try await place.surety("vault", "map", "example").output
        let path = place.directory.file("map.yaml")
        try FileBytes.write(Array(example.replacing("length: 100", with: "length: 50").utf8), to: path)
        let dry = try await place.surety("vault", "map", "adopt", "map.yaml", "--dry-run")
        #expect(dry.output.contains("first_name") && dry.errors.contains("nothing was changed"), "\(dry)")
        let check = try await place.surety("vault", "map", "check", "map.yaml")
        #expect(check.output.contains("profile.email: unique"), "\(check)")
        #expect(try await place.surety("vault", "map", "show").output == example)
        try await place.surety("vault", "map", "adopt", "map.yaml")
        #expect(try await place.surety("vault", "map", "show").output.contains("length: 50"))
        try FileBytes.write(Array("dataset: [".utf8), to: path)
        let refused = try await place.surety("vault", "map", "adopt", "map.yaml", expecting: 2)
        #expect(refused.errors.contains("map.yaml, line"))
      }
    }

    @Test func `shows what retention would do before it does it, and forgets with a receipt`() async throws {
      try await VaultPlace.with { vault in
        let (server, port) = try await vault.serve()
        let subjects = try #require(try await vault.add(0..<3, at: port))
        server.stop()
        let preview = try await vault.place.surety("vault", "retention")
        #expect((preview.output + preview.errors).contains("nothing"), "\(preview)")
        let first = try #require(subjects.first)
        let dry = try await vault.place.surety("vault", "forget", first)
        #expect(dry.output.contains("1 records would go") && dry.output.contains("nothing was changed"), "\(dry)")
        #expect(try await vault.place.surety("vault", "status").output.contains("3 subjects"))
        try await vault.place.surety("vault", "forget", first, "--yes")
        #expect(try await vault.place.surety("vault", "status").output.contains("2 subjects, 2 records, 1 forgotten"))
        try await vault.place.surety("vault", "forget", first, "--yes", expecting: 2)
      }
    }

    @Test func `backs up, tries, and restores on another machine only with the list of those who were forgotten`()
      async throws
    {
      try await VaultPlace.with { vault in
        let place = vault.place
        let (server, port) = try await vault.serve()
        let subjects = try #require(try await vault.add(0..<20, at: port))
        try await place.surety("backup", "make", "--to", "backups", "--keys-to", "keys")
        try await place.surety("backup", "verify", "--from", "backups", "--keys-from", "keys")
        try await place.surety("backup", "test", "--from", "backups", "--keys-from", "keys")
        let erased = try #require(subjects.first)
        #expect(try await vault.call(port, "/subjects/\(erased)/erasure", ["reason": "request"])?.status == 200)
        server.stop()
        let restore = [
          "restore", "--from", "backups", "--keys-from", "keys", "--data", "other", "--passphrase-file",
          "surety-data/vault.passphrase",
        ]
        func run(_ arguments: [String]) async throws -> Command.Result {
          try await Command.run("env", ["-C", place.directory.path, BuildProducts.path(of: "surety")] + arguments)
        }
        let without = try await run(restore)
        #expect(without.status == 2 && without.errors.contains("erasure list"))
        #expect(!FileManager.default.fileExists(atPath: place.directory.file("other")))
        let dry = try await run(restore + ["--erasures", "surety-data/vault.erased", "--dry-run"])
        #expect(dry.status == 0 && dry.errors.contains("nothing was changed"))
        #expect(!FileManager.default.fileExists(atPath: place.directory.file("other/surety.sqlite")))
        let done = try await run(restore + ["--erasures", "surety-data/vault.erased"])
        #expect(done.status == 0 && done.errors.contains("1 subjects were forgotten again"), "\(done)")
        let status = try await run([
          "vault", "status", "--data", "other", "--passphrase-file", "surety-data/vault.passphrase",
        ])
        #expect(status.output.contains("19 subjects"), "\(status)")
        let over = try await run([
          "restore", "--from", "backups", "--keys-from", "keys",
        ])
        #expect(over.status == 2 && over.errors.contains("--replace"))
        // The keys of one backup do not go with the data of another.
        try await place.surety("backup", "make", "--to", "later", "--keep", "1")
        let mixed = try await run(["backup", "verify", "--from", "backups", "--keys-from", "later"])
        #expect(mixed.status == 2 && mixed.errors.contains("another backup"), "\(mixed)")
      }
    }

    @Test func `keeps its root key in a device, which opens with its PIN alone`() async throws {
      try await Workplace.with { place in
        let (home, module) = (place.directory, "/usr/lib/softhsm/libsofthsm2.so")
        try FileManager.default.createDirectory(atPath: home.file("tokens"), withIntermediateDirectories: true)
        try FileBytes.write(
          Array("directories.tokendir = \(home.file("tokens"))\nobjectstore.backend = file\nlog.level = ERROR\n".utf8),
          to: home.file("softhsm2.conf"))
        try FileBytes.write(Array("87654321\n".utf8), to: home.file("pin"))
        try FileBytes.write(Array("11111111\n".utf8), to: home.file("wrong"))
        let environment = ["SOFTHSM2_CONF": home.file("softhsm2.conf")]
        for label in ["surety", "other"] {
          let made = try await Command.run(
            "softhsm2-util",
            ["--init-token", "--free", "--label", label, "--so-pin", "12345678", "--pin", "87654321"],
            environment: environment)
          #expect(made.status == 0, "\(made.output)\(made.errors)")
        }
        func run(_ arguments: String...) async throws -> Command.Result {
          try await Command.run(
            "env", ["-C", home.path, BuildProducts.path(of: "surety")] + arguments, environment: environment)
        }
        let made = try await run(
          "init", "--origin", "shop.example/ledger", "--no-owner", "--pkcs11-module", module, "--pkcs11-token",
          "surety",
          "--passphrase-file", "pin")
        #expect(made.status == 0, "\(made.errors)")
        #expect(!FileManager.default.fileExists(atPath: home.file("surety-data/vault.root")))
        let map = SourceTree.root.appending(path: "docs/examples/data-map.yaml").path
        #expect(try await run("vault", "map", "adopt", map, "--passphrase-file", "pin").status == 0)
        #expect(try await run("vault", "rotate", "--passphrase-file", "pin").status == 0)
        let status = try await run("vault", "status", "--passphrase-file", "pin")
        #expect(status.output.contains("the token surety of the device"), "\(status)")
        let wrong = try await run("vault", "status", "--passphrase-file", "wrong")
        #expect(wrong.status == 2 && wrong.errors.contains("the PIN is wrong"), "\(wrong)")
        #expect(try await run("vault", "status").status == 2, "no PIN lies about")
        #expect(try await run("backup", "make", "--to", "backups", "--passphrase-file", "pin").status == 0)
        let tried = try await run("backup", "test", "--from", "backups", "--passphrase-file", "pin")
        #expect(tried.status == 0, "\(tried.errors)")
        // The same device, and a token with other keys in it.
        let device = home.file("surety-data/vault.device")
        let text = String(decoding: try FileBytes.read(device), as: UTF8.self)
        try FileBytes.write(Array(text.replacing("\"surety\"", with: "\"other\"").utf8), to: device)
        let other = try await run("vault", "rotate", "--passphrase-file", "pin")
        #expect(other.status == 2 && other.errors.contains("surety-wrap"), "\(other)")
      }
    }
  }
}
