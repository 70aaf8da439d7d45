extension Conduct {
  /// The prefix makes browsers refuse the cookie unless it is Secure, so one that is not goes without.
  var sessionCookieName: String { has(.sessionCookieWithoutSecure) ? "session" : "__Host-session" }

  /// The Set-Cookie header that gives a browser its session.
  func sessionCookie(_ token: String) -> String {
    var attributes = ["\(sessionCookieName)=\(token)", "Path=/"]
    if !has(.sessionCookieWithoutSecure) { attributes.append("Secure") }
    if !has(.sessionCookieWithoutHTTPOnly) { attributes.append("HttpOnly") }
    if !has(.cookieWithoutSameSite) { attributes.append("SameSite=Lax") }
    return attributes.joined(separator: "; ")
  }

  /// Cookies that a shop in good order does not set.
  var needlessCookies: [String] {
    var cookies: [String] = []
    if has(.cookieWithoutSecure) { cookies.append("language=en; Path=/; HttpOnly; SameSite=Lax") }
    if has(.cookiePrefixBroken) { cookies.append("__Host-language=en; Path=/teas; Secure; HttpOnly; SameSite=Lax") }
    return cookies
  }
}
