extension Conduct {
  typealias Header = (name: String, value: String)

  /// The headers of every answer.
  /// - Parameter isSecure: whether it goes over https; over http some of them mean nothing.
  func headers(_ addresses: Addresses, isSecure: Bool) -> [Header] {
    var headers: [Header] = [
      ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
      ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
      ("Referrer-Policy", has(.referrerLeaks) ? "unsafe-url" : "strict-origin-when-cross-origin"),
    ]
    if !has(.nosniffMissing) { headers.append(("X-Content-Type-Options", "nosniff")) }
    if !has(.framingAllowed) { headers.append(("X-Frame-Options", "DENY")) }
    if isSecure, let transport { headers.append(("Strict-Transport-Security", transport)) }
    switch policyPlace {
    case .header: headers.append(("Content-Security-Policy", policy(addresses).text))
    case .reportOnlyHeader: headers.append(("Content-Security-Policy-Report-Only", policy(addresses).text))
    case .page, .nowhere: break
    }
    if has(.versionDisclosed) {
      headers += [("Server", "Apache/2.4.41 (Ubuntu)"), ("X-Powered-By", "PHP/7.4.3")]
    }
    return headers
  }

  /// The value of the Strict-Transport-Security header.
  private var transport: String? {
    if has(.hstsMissing) { return nil }
    if has(.hstsMalformed) { return "max-age=one-year" }
    if has(.hstsShort) { return "max-age=604800" }
    if has(.hstsSubdomainsMissing) { return "max-age=63072000" }
    let all = "max-age=63072000; includeSubDomains"
    // Browsers build in a host for which a year is promised at least; this is 200 days.
    return has(.hstsPreloadUnready) ? "max-age=17280000; includeSubDomains; preload" : all
  }

  /// The headers for a script of another site that asks.
  func sharing(with origin: String) -> [Header] {
    let mayAct: [Header] = [
      ("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true"), ("Vary", "Origin"),
    ]
    if origin == "null" { return has(.sharingNullOrigin) ? mayAct : anyOrigin }
    return has(.sharingReflectsOrigin) ? mayAct : anyOrigin
  }

  private var anyOrigin: [Header] { has(.sharingAnyOrigin) ? [("Access-Control-Allow-Origin", "*")] : [] }
}
