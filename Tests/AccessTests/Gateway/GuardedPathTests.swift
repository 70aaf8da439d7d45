import TestKit
import Testing

@testable import Access

@Suite struct `A guarded path` {
  @Test(
    arguments: [
      ("/", [""]), ("/admin", ["admin"]), ("/admin/", ["admin", ""]), ("/admin/a%20b?x=/../y#z", nil),
      ("/admin/caf%C3%A9", ["admin", "café"]), ("/admin?next=//evil", ["admin"]), ("/a.b/..c", ["a.b", "..c"]),
    ] as [(String, [String]?)]) func `is read as every server reads it`(_ target: String, _ segments: [String]?)
  {
    #expect(GuardedPath(target: target)?.segments == segments)
  }

  @Test(arguments: [
    "", "admin", "*", "http://shop/admin", "//admin", "/admin//x", "/./admin", "/x/../admin", "/x/%2e%2e/admin",
    "/%2E/admin", "/.%2e/admin", "/admin%2fx", "/admin%2Fx", "/admin%5cx", "/admin\\x", "/admin;x=1", "/admin%3bx",
    "/%2561dmin", "/admin%", "/admin%2", "/admin%zz", "/admin%00", "/admin%0a", "/admin\tx", "/admin%7f", "/admin%ff",
    "/admin%C3%28", "/" + String(repeating: "a", count: 9_000),
  ]) func `is none where two servers could read it differently`(_ target: String) {
    #expect(GuardedPath(target: target) == nil)
  }

  @Test func `lies within another by whole segments only`() throws {
    let admin = try #require(GuardedPath(target: "/admin"))
    let slash = try #require(GuardedPath(target: "/admin/"))
    for (target, isWithin) in [
      ("/admin", true), ("/admin/", true), ("/admin/x", true), ("/administrator", false), ("/", false),
      ("/x/admin", false),
      ("/Admin", false), ("/%61dmin", true), ("/admin?x", true),
    ] {
      let path = try #require(GuardedPath(target: target))
      #expect(path.isWithin(admin) == isWithin && path.isWithin(slash) == isWithin, "\(target)")
    }
    let root = try #require(GuardedPath(target: "/"))
    #expect(admin.isWithin(root))
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
