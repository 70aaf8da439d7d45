import Foundation
import TestKit
import Testing

/// The shop's admin panel behind a real proxy that asks the gateway, in a real browser.
@Suite(.enabled(if: Browser.isInstalled, "Chromium is not installed"), .serialized)
struct `The gateway in front of the shop` {
  /// A name that browsers look up on this machine, and that is another site than the console's.
  private static let host = "admin.localhost"

  /// What a proxy is told.
  struct Place {
    let console: Int
    let proxy: Int
    let shop: Int
    let directory: String
  }

  private static func with(
    _ start: (Place) async throws -> ServerProgram, _ body: (RunningDemonstration, Browser, String) async throws -> Void
  ) async throws {
    let (console, proxy, shop) = (try await FreePort.next(), try await FreePort.next(), try await FreePort.next())
    let rules = """
      console: https://localhost:\(console)
      hosts:
        - host: \(host)
          # Names of this kind are known to browsers only.
          address: https://127.0.0.1:\(proxy)
          origins: ["https://127.0.0.1:\(shop)"]
          rules:
            - {path: /style.css, public: true}
            - {path: /admin/orders, roles: [owner], strength: phishing-resistant}
            - {path: /admin, roles: [owner], fresh: 15}
      """
    try await RunningDemonstration.with(
      weaknesses: ["admin-open"], port: console, shopPorts: "\(shop),0", options: ["--gateway", "gateway.yaml"],
      preparing: { try FileBytes.write(Array(rules.utf8), to: $0.directory.file("gateway.yaml")) }
    ) { demo in
      let directory = demo.place.directory.path
      _ = try await Command.run(
        "openssl",
        [
          "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
          "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", "\(directory)/proxy.key", "-out",
          "\(directory)/proxy.pem",
        ])
      let program = try await start(Place(console: console, proxy: proxy, shop: shop, directory: directory))
      defer { program.stop() }
      try await Browser.with { browser in try await body(demo, browser, "https://\(host):\(proxy)") }
    }
  }

  /// The lines that the documentation gives people, with the addresses of this place in them.
  /// - Parameter changes: what is written in place of what; each has to be there.
  private static func documented(_ heading: String, _ changes: KeyValuePairs<String, String>) throws -> String {
    let page = try SourceTree.text(of: "docs/gateway.md")
    let section = try #require(page.split(separator: "\n## \(heading)\n").last)
    let fenced = try #require(section.split(separator: "```").dropFirst().first)
    var text = String(fenced.drop { $0 != "\n" })
    for (old, new) in changes {
      try #require(text.contains(old), "docs/gateway.md, \(heading), has no '\(old)' any more")
      text = text.replacing(old, with: new)
    }
    return text
  }

  private static func nginx(_ place: Place) async throws -> ServerProgram {
    let server = try documented(
      "nginx",
      [
        "listen 443 ssl; server_name admin.shop.example;": "listen 127.0.0.1:\(place.proxy) ssl; server_name \(host);",
        "# ssl_certificate …":
          "ssl_certificate \(place.directory)/proxy.pem; ssl_certificate_key \(place.directory)/proxy.key;",
        "https://shop.internal": "https://127.0.0.1:\(place.shop)",
        "https://surety.internal:8443": "https://127.0.0.1:\(place.console)",
      ])
    let configuration = """
      daemon off; worker_processes 1; pid \(place.directory)/nginx.pid; error_log stderr; user root;
      events { worker_connections 256; }
      http {
        access_log off; client_body_temp_path \(place.directory)/b; proxy_temp_path \(place.directory)/p;
        fastcgi_temp_path \(place.directory)/f; uwsgi_temp_path \(place.directory)/u; scgi_temp_path \(place.directory)/s;
        \(server)
      }
      """
    try FileBytes.write(Array(configuration.utf8), to: "\(place.directory)/nginx.conf")
    return try await ServerProgram(
      "nginx", ["-p", place.directory, "-c", "\(place.directory)/nginx.conf"], package: "nginx", ports: [place.proxy],
      log: "\(place.directory)/proxy.log")
  }

  private static func caddy(_ place: Place) async throws -> ServerProgram {
    // The certificates here are made for the test, so nobody vouches for them.
    let trusting = "transport http {\n tls_insecure_skip_verify\n }"
    let site = try documented(
      "Caddy",
      [
        "admin.shop.example {":
          "https://\(host):\(place.proxy) {\n bind 127.0.0.1\n tls \(place.directory)/proxy.pem \(place.directory)/proxy.key",
        "reverse_proxy https://surety.internal:8443":
          "reverse_proxy https://127.0.0.1:\(place.console) {\n \(trusting)\n }",
        "forward_auth https://surety.internal:8443 {":
          "forward_auth https://127.0.0.1:\(place.console) {\n \(trusting)",
        "reverse_proxy https://shop.internal": "reverse_proxy https://127.0.0.1:\(place.shop) {\n \(trusting)\n }",
      ])
    let configuration = "{\n admin off\n auto_https off\n}\n\(site)"
    try FileBytes.write(Array(configuration.utf8), to: "\(place.directory)/Caddyfile")
    return try await ServerProgram(
      "caddy", ["run", "--config", "\(place.directory)/Caddyfile", "--adapter", "caddyfile"], package: "caddy",
      ports: [place.proxy], log: "\(place.directory)/proxy.log",
      environment: ["XDG_DATA_HOME": place.directory, "XDG_CONFIG_HOME": place.directory, "HOME": place.directory])
  }

  @Test(arguments: ["nginx", "caddy"])
  func `lets nobody to the admin panel without a session, a member through, and closes when it is stopped`(
    proxy: String
  ) async throws {
    try await Self.with({ try await proxy == "nginx" ? Self.nginx($0) : Self.caddy($0) }) { demo, browser, address in
      let tab = try await browser.tab()
      // What is public is there for anybody; what no rule names is there for nobody.
      #expect(try await Self.status(address + "/style.css") == 200)
      #expect(try await Self.status(address + "/checkout") == 403)
      #expect(try await Self.status(address + "/admin/..%2fcheckout") == 403)
      #expect([302, 303].contains(try await Self.status(address + "/admin")))

      // Without a session: to the console's sign-in, and back to where it was.
      try await tab.open(address + "/admin?page=1")
      try await tab.wait(for: "location.pathname === '/sign-in'")
      try await tab.type(demo.owner.name, into: "#name")
      try await tab.type(demo.owner.password, into: "#password")
      try await tab.type(demo.owner.code, into: "#code")
      try await tab.click("form[action='/sign-in'] button")
      try await tab.wait(for: "location.href === '\(address)/admin?page=1'")
      #expect(try await tab.text("body").contains("administration"))
      #expect(try await !tab.evaluate("document.cookie").contains("surety"), "no script reads the cookies")

      // Looked at from outside: the proxy asks, and the shop can be reached beside it.
      try await tab.open(demo.url + "checks/gateway.closed?target=\(Self.host)")
      try await tab.click("form[data-run] button")
      try await tab.wait(for: "document.querySelector('main').innerText.includes('beside the gateway')", seconds: 30)
      #expect(try await !tab.text("main").contains("the gateway was not asked"))

      // A rule that wants a passkey: the member has none, and is told so at the console.
      try await tab.open(address + "/admin/orders")
      try await tab.wait(
        for: "location.pathname === '/prove' || document.querySelector('h1')?.innerText.includes('may not')")

      // A factor that was shown too long ago is asked for again, and then the way is free.
      try await Self.age(demo)
      try await Task.sleep(for: .seconds(1))
      try await tab.open(address + "/admin")
      try await tab.wait(for: "location.pathname === '/prove'")
      let code = try await demo.nextCode()
      try await tab.type(demo.owner.password, into: "#password")
      try await tab.type(code, into: "#code")
      try await tab.click("form[action='/prove'] button")
      try await tab.wait(for: "location.href === '\(address)/admin'")

      // Signed out at the console: out at the shop within a second.
      try await demo.signOut(in: tab)
      try await Task.sleep(for: .seconds(1))
      try await tab.open(address + "/admin")
      try await tab.wait(for: "location.pathname === '/sign-in'")

      // Surety stopped means closed.
      demo.server.stop()
      let status = try await Self.status(address + "/admin")
      #expect(status >= 500, "\(status)")
      #expect(try await Self.status(address + "/style.css") >= 500, "also what is public")
    }
  }

  /// The status of an answer, without a browser; redirects are not followed.
  private static func status(_ url: String) async throws -> Int {
    let port = URL(string: url)?.port ?? 443
    let result = try await Command.run(
      "curl",
      [
        "-ks", "-o", "/dev/null", "-w", "%{http_code}", "--path-as-is", "--resolve", "\(host):\(port):127.0.0.1", url,
      ])
    return Int(result.output) ?? 0
  }

  /// Makes every session as if its factors had been shown an hour ago.
  private static func age(_ demo: RunningDemonstration) async throws {
    let script = """
      import sqlite3
      base = sqlite3.connect("surety-demo/surety.sqlite", timeout=10)
      base.execute("UPDATE access_session SET proven = proven - 3600000000")
      base.commit()
      """
    let result = try await Command.run(
      "env", ["-C", demo.place.directory.path, "python3", "-c", script])
    #expect(result.status == 0, "\(result.errors)")
  }
}
