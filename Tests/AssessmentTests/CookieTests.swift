import Testing

@testable import Assessment

@Suite struct `Cookies` {
  private func codes(_ cookies: [String], at address: String = "https://shop.test/") throws -> [String] {
    HeaderJudgement.cookies(try .sample(at: address, cookies.map { ("Set-Cookie", $0) })).codes
  }

  @Test(arguments: [
    ("__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", []),
    ("PHPSESSID=1; path=/; secure; HttpOnly; SameSite=Strict", []),
    ("PHPSESSID=1; path=/; HttpOnly; SameSite=Strict", ["session-cookie-without-secure"]),
    ("PHPSESSID=1; secure; SameSite=Lax", ["session-cookie-without-httponly"]),
    ("PHPSESSID=1", ["cookie-without-samesite", "session-cookie-without-httponly", "session-cookie-without-secure"]),
    ("language=de; SameSite=Lax", ["cookie-without-secure"]), ("language=de; Secure", ["cookie-without-samesite"]),
    ("language=de; Secure; SameSite=None", []), ("language=de; Secure; SameSite=Maybe", ["cookie-without-samesite"]),
    ("language=de; SameSite=None", ["cookie-without-samesite", "cookie-without-secure"]),
    ("csrf_token=1; Secure; SameSite=Strict", []),
    ("__Secure-x=1; SameSite=Lax", ["cookie-prefix-broken", "cookie-without-secure"]),
    ("__Host-x=1; Secure; SameSite=Lax; Path=/; Domain=shop.test", ["cookie-prefix-broken"]),
    ("__Host-x=1; Secure; SameSite=Lax; Path=/a", ["cookie-prefix-broken"]),
    ("__host-x=1; Secure; SameSite=Lax", ["cookie-prefix-broken"]),
    ("sidebar=open; Secure; SameSite=Lax", []), ("author=1; Secure; SameSite=Lax", []),
    ("connect.sid=1; Secure; SameSite=Lax", ["session-cookie-without-httponly"]),
    ("nothing", []), ("=value; Secure", []), ("", []),
  ])
  func `the flags of a cookie are judged`(header: String, codes: [String]) throws {
    #expect(try self.codes([header]) == codes)
  }

  @Test func `a cookie that is taken back is none`() throws {
    #expect(try codes(["PHPSESSID=deleted; expires=Thu, 01-Jan-1970 00:00:01 GMT; Max-Age=0; path=/"]) == [])
    #expect(try codes(["old=x; Max-Age=0"]) == [])
    #expect(try codes(["old=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]) == [])
    #expect(try codes(["a=1; path=/", "a=2; path=/; Secure; SameSite=Lax"]) == [])
    #expect(try codes(["a=1; path=/; Secure; SameSite=Lax; Max-Age=1970"]) == [])
  }

  @Test func `a cookie's value is not kept`() throws {
    let cookie = try #require(Cookie("session=SECRET; Path=/; Secure"))
    #expect(!"\(cookie)".contains("SECRET"))
  }
}
