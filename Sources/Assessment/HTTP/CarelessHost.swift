/// Hosts from which anybody can have a script of choice delivered: they mirror whatever is published, carry libraries
/// that run what stands in the page, or answer with a function's name that the address gives (JSONP). A policy that
/// trusts one of them trusts everybody (Weichselbaum and others, "CSP Is Dead, Long Live CSP!", 2016).
enum CarelessHost {
  private static let names = [
    "ajax.googleapis.com", "cdnjs.cloudflare.com", "cdn.jsdelivr.net", "unpkg.com", "esm.sh", "cdn.skypack.dev",
    "ajax.aspnetcdn.com", "yandex.st", "cdn.bootcss.com", "rawgit.com", "cdn.rawgit.com", "raw.githack.com",
    "accounts.google.com", "s3.amazonaws.com", "storage.googleapis.com",
  ]

  /// Hosts below which anybody can have one.
  private static let shared = [
    "amazonaws.com", "cloudfront.net", "github.io", "gitlab.io", "herokuapp.com", "netlify.app", "vercel.app",
    "pages.dev", "workers.dev", "azureedge.net", "web.app", "firebaseapp.com", "googleapis.com",
    "googleusercontent.com",
    "cloudflare.com", "jsdelivr.net",
  ]

  /// Whether a source lets such a host in. One that names a path is not counted: the path is what is trusted.
  static func covers(_ source: String) -> Bool {
    let rest = source.firstRange(of: "://").map { source[$0.upperBound...] } ?? source[...]
    let path = rest.firstIndex(of: "/").map { rest[$0...] } ?? ""
    guard path.count <= 1 else { return false }
    let host = host(of: source)
    if host.hasPrefix("*.") { return shared.contains(String(host.dropFirst(2))) }
    return names.contains(host)
  }

  /// The host of a source, without scheme, port and path.
  static func host(of source: String) -> String {
    let rest = source.firstRange(of: "://").map { source[$0.upperBound...] } ?? source[...]
    return String(rest.prefix { $0 != "/" && $0 != ":" })
  }
}
