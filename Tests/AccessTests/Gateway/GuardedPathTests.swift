import TestKit
import Testing

@testable import Access

@Suite struct `A guarded path` {
  @Test(
    arguments: [
      ("/", [""]), ("/admin", ["admin"]), ("/admin/", ["admin", ""]), ("/admin/a%20b?x=/../y#z", nil),
      ("/admin/caf%C3%A9", ["admin", "café"]), ("/admin?next=//evil", ["admin"]), ("/a.b/..c", ["a.b", "..c"]),
      ("/admin?\u{301}", ["admin"]), ("/admin?a#b", ["admin"]),
    ] as [(String, [String]?)]) func `is read as every server reads it`(_ target: String, _ segments: [String]?)
  {
    #expect(GuardedPath(target: target)?.segments == segments)
  }

  @Test(arguments: [
    "", "admin", "*", "http://shop/admin", "//admin", "/admin//x", "/./admin", "/x/../admin", "/x/%2e%2e/admin",
    "/%2E/admin", "/.%2e/admin", "/admin%2fx", "/admin%2Fx", "/admin%5cx", "/admin\\x", "/admin;x=1", "/admin%3bx",
    "/%2561dmin", "/admin%", "/admin%2", "/admin%zz", "/admin%00", "/admin%0a", "/admin\tx", "/admin%7f", "/admin%ff",
    "/admin%C3%28", "/admin#x", "/admin%23x", "/admin%3Fx", "/caf\u{e9}", "/admin\u{301}", "/admin/\u{301}x",
    "/" + String(repeating: "a", count: 9_000),
  ]) func `is none where two servers could read it differently`(_ target: String) {
    #expect(GuardedPath(target: target) == nil)
  }

  /// Whatever bytes are sent, what passes has no segment that leads elsewhere.
  @Test func `survives any bytes`() {
    var generator = SeededGenerator(seed: 4)
    let alphabet = Array("/.%2e5cF;\\a?#\u{0}é ".unicodeScalars.map { Character($0) })
    for _ in 0..<20_000 {
      let target = "/" + String((0..<12).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] })
      guard let path = GuardedPath(target: target) else { continue }
      #expect(!path.segments.contains { $0 == ".." || $0 == "." || $0.contains("/") || $0.contains("\\") }, "\(target)")
    }
  }
}

@Suite struct `A pattern of paths` {
  @Test(
    arguments: [
      (
        "/admin", false, ["/admin", "/admin/", "/admin/x", "/%61dmin", "/admin?x"], ["/administrator", "/", "/x/admin"]
      ),
      ("/admin/", false, ["/admin", "/admin/", "/admin/x"], ["/administrator", "/"]),
      ("/", false, ["/", "/admin", "/admin/x/"], []),
      ("/", true, ["/", "/?x"], ["/admin"]),
      ("/admin", true, ["/admin", "/admin/"], ["/admin/x", "/"]),
      ("/shops/*/edit", false, ["/shops/7/edit", "/shops/*/edit/x"], ["/shops/edit", "/shops/7/8/edit", "/shops/7"]),
      ("/shops/*", true, ["/shops/7", "/shops/7/"], ["/shops", "/shops/", "/shops/7/8"]),
    ] as [(String, Bool, [String], [String])]) func `is met by whole segments only`(
      _ text: String, _ isExact: Bool, _ met: [String], _ unmet: [String]
    ) throws
  {
    let pattern = try #require(PathPattern(text, isExact: isExact))
    for (targets, expected) in [(met, true), (unmet, false)] {
      for target in targets {
        let path = try #require(GuardedPath(target: target))
        #expect(pattern.matches(path, .strict) == expected, "\(target)")
        #expect(pattern.matches(path, .loose) == expected, "\(target)")
      }
    }
  }

  @Test(arguments: [
    ("/admin", "/Admin"), ("/admin", "/ADMIN/x"), ("/caf%C3%A9", "/cafe%CC%81"), ("/CAF%C3%A9", "/caf%C3%89"),
  ]) func `is met loosely where a shop may take one path for another`(_ text: String, _ target: String) throws {
    let (pattern, path) = (PathPattern(text, isExact: false), try #require(GuardedPath(target: target)))
    #expect(pattern?.matches(path, .loose) == true && pattern?.matches(path, .strict) == false)
  }

  @Test(arguments: ["", "admin", "/admin?x", "/a*", "/*a", "/a/**", "/x/../y", "/a;b"])
  func `is none that no request could ask for`(_ text: String) {
    #expect(PathPattern(text, isExact: false) == nil)
  }
}
