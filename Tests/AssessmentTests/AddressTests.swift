import Testing

@testable import Assessment

@Suite struct `Addresses and where checks may go` {
  @Test(arguments: [
    "127.0.0.1", "10.1.2.3", "168.63.129.16", "::ffff:168.63.129.16", "172.16.0.1", "172.31.255.255", "192.168.1.1",
    "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.9", "224.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::7f00:1", "::8.8.8.8", "64:ff9b::10.0.0.1", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:a9fe:a9fe::", "2001::1", "2001:db8::1", "fc00::1", "fdff::1", "fe80::1", "fec0::1",
    "ff02::1",
    "100::1", "3fff::1", "5f00::1",
  ])
  func `an address of a special network is not public`(text: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.specialNetwork != nil)
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "168.63.129.15", "168.63.129.17", "172.15.0.1", "172.32.0.1", "100.128.0.1", "192.0.1.1",
    "223.255.255.255", "2606:4700::1111",
    "2a00:1450:4001::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::",
  ])
  func `an ordinary address is public`(text: String) throws {
    #expect(try #require(IPAddress(text)).specialNetwork == nil)
  }

  @Test(arguments: ["", "shop.test", "1.2.3", "0177.0.0.1", "0x7f.0.0.1", "2130706433", "1.2.3.4.5", "[::1]", "::1%lo"])
  func `what is not the usual text of an address is none`(text: String) { #expect(IPAddress(text) == nil) }

  @Test func `an address is written in its usual form`() {
    #expect(IPAddress("2001:0db8:0000:0000:0000:0000:0000:0001").map { "\($0)" } == "2001:db8::1")
    #expect(IPAddress("127.0.0.1").map { "\($0)" } == "127.0.0.1")
  }

  @Test(arguments: [
    ("HTTPS://Shop.Example:443/a?b=c#d", "https://shop.example/a?b=c"),
    ("http://shop.example:80", "http://shop.example/"),
    ("https://[2001:DB8::1]:8443/x", "https://[2001:db8::1]:8443/x"),
    ("https://shop.example:8443", "https://shop.example:8443/"),
    ("https://müller.example/ü", "https://xn--mller-kva.example/%C3%BC"),
  ])
  func `two spellings of one address are equal`(text: String, normal: String) throws {
    #expect(try WebAddress(text).text == normal)
    #expect(try WebAddress(normal).text == normal)
  }

  @Test(arguments: [
    "", "shop.example", "ftp://shop.example", "file:///etc/passwd", "https://", "https:///path",
    "https://user@shop.example",
    "https://user:secret@shop.example", "https://shop.example:0", "https://shop.example:65536",
    "https://shop.example:-1",
    "https://sh op.example", "https://shop.example%00.evil.example", "https://shop.example\\@evil.example",
    "javascript:1",
    "https://[::1", "https://\(String(repeating: "a", count: 300)).example",
    "https://shop.example/\(String(repeating: "a", count: 5_000))", "https://[fe80::1%25eth0]/",
  ])
  func `what is not an http or https address is refused`(text: String) {
    #expect(throws: AssessmentError.self) { try WebAddress(text) }
  }

  @Test func `an error about an address repeats no password`() {
    let error = #expect(throws: AssessmentError.self) { try WebAddress("https://user:secret@shop.example") }
    #expect(error.map { "\($0)".contains("secret") } == false)
  }

  @Test(arguments: [
    ("/b", "https://shop.example/b"), ("c", "https://shop.example/a/c"), ("../d", "https://shop.example/d"),
    ("//other.example/e", "https://other.example/e"), ("http://other.example", "http://other.example/"),
    ("?q=1", "https://shop.example/a/?q=1"), ("javascript:alert(1)", nil), ("data:text/html,x", nil),
    ("mailto:shop@shop.example", nil), ("https://user:x@other.example/", nil), ("https://other.example:0/", nil),
  ])
  func `a reference is resolved as browsers do`(reference: String, meaning: String?) throws {
    #expect(try WebAddress("https://shop.example/a/").resolving(reference)?.text == meaning)
  }

  @Test func `what is stored of an address has no query and no session in its path`() throws {
    let address = try WebAddress("https://shop.example/cart;jsessionid=SECRET?token=SECRET")
    #expect(address.withoutQuery.text == "https://shop.example/cart")
  }

  @Test func `only a www in front makes no other name`() throws {
    let shop = try WebAddress("https://shop.example")
    #expect(try shop.isNeighbour(of: WebAddress("http://www.shop.example:8080/x")))
    #expect(try !shop.isNeighbour(of: WebAddress("https://login.shop.example")))
    #expect(try !shop.isNeighbour(of: WebAddress("https://shop.example.evil.example")))
  }

  // How a name could be written so that a connection ends at this machine or at a cloud's metadata.
  @Test(arguments: [
    "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0x7f.1", "127.0.0.1", "::1", "::ffff:127.0.0.1",
    "169.254.169.254", "2852039166", "0xa9fea9fe", "::ffff:a9fe:a9fe", "0.0.0.0", "0", "localhost.",
  ])
  func `no spelling of an address leads into a special network`(host: String) async {
    await #expect(throws: AssessmentError.self) { try await Reach(.publicInternet).address(of: host) }
  }

  @Test func `a name with one address that is not public is refused altogether`() async throws {
    let addresses = [try #require(IPAddress("8.8.8.8")), try #require(IPAddress("10.0.0.1"))]
    await #expect(
      throws: AssessmentError.notPublic(host: "shop.test", address: "10.0.0.1", network: "a private network")
    ) {
      try await Reach(.publicInternet) { _ in addresses }.address(of: "shop.test")
    }
    #expect(try await Reach(.anywhere) { _ in addresses }.address(of: "shop.test") == addresses[0])
    #expect(try await Reach(.publicInternet) { _ in [addresses[0]] }.address(of: "shop.test") == addresses[0])
  }

  @Test func `a name without an address says so`() async {
    await #expect(throws: AssessmentError.self) { try await Reach(.anywhere).address(of: "no-such-name.invalid") }
    await #expect(throws: AssessmentError.unresolved(host: "shop.test", reason: "no answer")) {
      try await Reach(.anywhere) { _ in [] }.address(of: "shop.test")
    }
  }

  @Test func `a look-up that hangs can be cancelled`() async {
    let look = Task {
      try await Reach(.anywhere) { _ in
        try await Task.sleep(for: .seconds(60))
        return []
      }.address(of: "shop.test")
    }
    look.cancel()
    await #expect(throws: CancellationError.self) { try await look.value }
  }
}
