import Foundation
import TestKit
import Testing

extension `The vault of the built program` {
  /// The snippets of docs/vault.md, as a shop would run them, against a server.
  @Suite struct `The snippets for shops` {
    /// The first block of a language.
    private static func snippet(_ language: String, port: Int) throws -> String {
      let parts = try SourceTree.text(of: "docs/vault.md").components(separatedBy: "```\(language)\n")
      let block = try #require(parts.dropFirst().first?.components(separatedBy: "\n```").first)
      #expect(block.contains("https://surety.example/"))
      return block.replacing("https://surety.example/", with: "http://127.0.0.1:\(port)/")
    }

    @Test func `in PHP and in JavaScript store, read and find a customer`() async throws {
      try await VaultPlace.with { vault in
        let (server, port) = try await vault.serve()
        defer { server.stop() }
        let environment = ["SURETY_KEY": vault.key]
        let php = try Self.snippet("php", port: port).replacing(
          "<?php\n", with: "<?php\n$_POST = ['email' => 'pia@example.com', 'first_name' => 'Pia']; $order = [];\n")
        try FileBytes.write(
          Array("\(php)\necho $profile['records'][0]['fields']['email'];\n".utf8),
          to: vault.place.directory.file("shop.php"))
        let pia = try await Command.run("php", [vault.place.directory.file("shop.php")], environment: environment)
        #expect(pia.status == 0 && pia.output == "pia@example.com", "\(pia)")

        let script = try Self.snippet("js", port: port)
        try FileBytes.write(
          Array(
            "const form = { email: 'jo@example.com', firstName: 'Jo' }\n\(script)\nconsole.log(found[0].subject === ada.subject)\n"
              .utf8), to: vault.place.directory.file("shop.mjs"))
        let jo = try await Command.run("node", [vault.place.directory.file("shop.mjs")], environment: environment)
        #expect(jo.status == 0 && jo.output == "true\n", "\(jo)")
      }
    }
  }
}
