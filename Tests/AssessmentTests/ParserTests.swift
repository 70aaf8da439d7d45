import Foundation
import TestKit
import Testing

@testable import Assessment

/// Whatever a stranger sends, a parser reads it to its end and keeps what it promises.
@Suite struct `Parsers of what strangers send` {
  private static let samples: [String] = [
    "<!doctype html><title>a&amp;b</title><script src='x' integrity=sha384-a>if(a<b)</script><a href=\"/p?x\">y</a>",
    "<!-- c --><form><input type=password name=otp></form><base href=//b.test><img srcset='a 1x, b 2x'>",
    "default-src 'self'; script-src 'nonce-a' https: 'strict-dynamic', img-src *;; frame-ancestors 'none'",
    "__Host-sid=a; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    "max-age=\"31536000\"; includeSubDomains; preload",
    "-----BEGIN PGP SIGNED MESSAGE-----\n\nContact: mailto:a@b.c\nExpires: 2027-01-01T00:00:00Z\n"
      + "-----BEGIN PGP SIGNATURE-----\n-----END PGP SIGNATURE-----\n",
    "https://user@[::1]:80/a/../b;c?d#e", "&#x110000;&#0;&amp&lt;&;&#xFFFFFFFFFF;",
  ]

  /// Random bytes, and samples with bytes exchanged, left out, doubled and mixed.
  private func inputs(_ generator: inout SeededGenerator) -> [[UInt8]] {
    (0..<1_500).map { number in
      guard number % 4 != 0 else { return generator.bytes(Int.random(in: 0..<300, using: &generator)) }
      var bytes = Array((Self.samples.randomElement(using: &generator) ?? "").utf8)
      for _ in 0..<Int.random(in: 1..<10, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: bytes.indices, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2:
          bytes.insert(
            contentsOf: Array("<>\"'&;=, \n-/!".utf8).randomElement(using: &generator).map { [$0] } ?? [], at: place)
        default: bytes += bytes[place...].prefix(40)
        }
      }
      return bytes
    }
  }

  @Test func `pages are read to their end`() throws {
    var generator = SeededGenerator(for: "pages")
    let address = try WebAddress("https://shop.test/")
    for bytes in inputs(&generator) {
      var tokenizer = HTMLTokenizer(bytes)
      var count = 0
      while tokenizer.next() != nil { count += 1 }
      #expect(count <= bytes.count)
      let content = PageContent(bytes, at: address).stored
      let again = try JSONDecoder().decode(PageContent.self, from: JSONEncoder().encode(content))
      #expect(again.resources == content.resources)
      #expect(content.resources.allSatisfy { !$0.address.contains("?") })
    }
  }

  @Test func `headers are read to their end`() {
    var generator = SeededGenerator(for: "headers")
    for bytes in inputs(&generator) {
      let text = String(decoding: bytes, as: UTF8.self)
      let policies = ContentSecurityPolicy.policies([text])
      #expect(policies.allSatisfy { !$0.directives.isEmpty })
      _ = policies.map { ($0.sources(for: "script"), $0.faults) }
      if let cookie = Cookie(text) { #expect(!cookie.name.isEmpty && cookie.name.utf8.count <= 400) }
      if let hsts = StrictTransportSecurity(text) { #expect(hsts.maxAge >= 0) }
    }
  }

  @Test func `addresses are read to their end, and what is read reads the same again`() throws {
    var generator = SeededGenerator(for: "addresses")
    let base = try WebAddress("https://shop.test/a/b?c")
    for bytes in inputs(&generator) {
      let text = String(decoding: bytes, as: UTF8.self)
      for address in [try? WebAddress(text), base.resolving(text)].compactMap({ $0 }) {
        #expect(try WebAddress(address.text) == address, "\(address.text)")
        #expect(!address.host.contains("@") && !address.host.contains("/") && (1...65_535).contains(address.port))
      }
      if let number = IPAddress(text) { #expect(IPAddress("\(number)") == number) }
    }
  }

  @Test func `every address of bytes is written and read back`() {
    var generator = SeededGenerator(for: "numbers")
    for _ in 0..<500 {
      let address = IPAddress(bytes: generator.bytes(Bool.random(using: &generator) ? 4 : 16))
      #expect(IPAddress("\(address)") == address)
      _ = address.specialNetwork
    }
  }

  @Test func `security.txt is read to its end`() {
    var generator = SeededGenerator(for: "security.txt")
    for bytes in inputs(&generator) {
      let file = SecurityTxt(bytes, contentType: String(decoding: bytes.prefix(30), as: UTF8.self), at: ["x"])
      // Random bytes are never in order.
      #expect(!file.faults.isEmpty)
    }
  }

  @Test func `what every path gets is recognised whatever it is`() throws {
    var generator = SeededGenerator(for: "bodies")
    let address = try WebAddress("https://shop.test/")
    for bytes in inputs(&generator).prefix(300) {
      let exchange = Exchange(address: address, status: 200, headers: [], body: bytes, isCutOff: false)
      #expect(UnknownPathAnswers([exchange], home: address).resembles(exchange))
    }
  }
}
