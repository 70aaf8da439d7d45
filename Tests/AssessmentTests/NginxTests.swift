import Obligations
import TestKit
import Testing

@testable import Assessment

@Suite struct `A shop behind nginx` {
  private func start(_ folder: ShopFolder, tls: String, server: String, plain: String) async throws -> ServerProgram {
    try folder.write(
      """
      daemon off; worker_processes 1; pid \(folder.path("run/nginx.pid")); error_log stderr; user root;
      events { worker_connections 512; }
      http {
        types { text/javascript js; text/plain txt; image/png png; }
        default_type text/html; charset utf-8; charset_types text/html text/plain; access_log off; log_not_found off;
        client_body_temp_path \(folder.path("run/body")); proxy_temp_path \(folder.path("run/proxy"));
        fastcgi_temp_path \(folder.path("run/f")); uwsgi_temp_path \(folder.path("run/u"));
        scgi_temp_path \(folder.path("run/s"));
        server {
          listen 127.0.0.1:\(folder.httpsPort) ssl; server_name \(ShopFolder.host);
          ssl_certificate \(folder.path("cert.pem")); ssl_certificate_key \(folder.path("key.pem"));
          root \(folder.path("pages"));
          \(tls)
          \(server)
        }
        server {
          listen 127.0.0.1:\(folder.httpPort); server_name \(ShopFolder.host); root \(folder.path("pages"));
          \(plain)
        }
      }
      """, "nginx.conf")
    return try await ServerProgram(
      "nginx", ["-p", folder.directory.path, "-c", folder.path("nginx.conf")], package: "nginx",
      ports: [folder.httpsPort, folder.httpPort], log: folder.path("logs/log"))
  }

  @Test func `in good order has no weakness`() async throws {
    let authority = try TestAuthority.shared.get()
    let factors = "<form><input name=user><input type=password name=password><input name=otp></form>"
    let folder = try await ShopFolder(
      authority.issue(for: [ShopFolder.host]),
      pages: ShopFolder.goodPages.merging(["admin": ShopFolder.page("Admin", factors)]) { $1 })
    defer { folder.directory.remove() }
    let server = try await start(
      folder,
      tls: """
        ssl_protocols TLSv1.2 TLSv1.3; ssl_ecdh_curve X25519:prime256v1:secp384r1;
        ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305;
        """,
      server: """
        server_tokens off;
        add_header Strict-Transport-Security "max-age=63072000; includeSubDomains" always;
        add_header Content-Security-Policy "\(ShopFolder.goodPolicy)" always;
        add_header X-Content-Type-Options nosniff always; add_header Referrer-Policy strict-origin always;
        add_header Set-Cookie "__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax";
        location ~ "/\\.(?!well-known)" { return 404; }
        """,
      plain: "return 301 https://$host:\(folder.httpsPort)$request_uri;")
    defer { server.stop() }
    let shop = try await AssessedShop(folder.profile, trusting: authority.root)
    // OpenSSL 3.0 has no key exchange against quantum computers.
    #expect(shop.codes == ["tls-post-quantum-missing"])
    #expect(shop.unseen == [:])
    #expect(shop.observations.allSatisfy { $0.verdict.outcome == .satisfied })
    #expect(shop.took < .seconds(10))
  }

  @Test func `in bad order has every weakness found`() async throws {
    let authority = try TestAuthority.shared.get()
    let certificate = try await authority.issueWeak(
      for: ShopFolder.host, key: ["-newkey", "rsa:1024"], digest: "-sha1")
    let folder = try await ShopFolder(certificate, pages: ShopFolder.badPages)
    defer { folder.directory.remove() }
    try await OpenSSL.run(["dhparam", "-dsaparam", "-out", folder.path("dh.pem"), "1024"])
    let server = try await start(
      folder,
      tls: """
        ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_ciphers "ALL:eNULL:@SECLEVEL=0"; ssl_prefer_server_ciphers on;
        ssl_dhparam \(folder.path("dh.pem"));
        """,
      server: """
        add_header Referrer-Policy unsafe-url; add_header X-Powered-By "PHP/7.4.3";
        add_header Set-Cookie "PHPSESSID=1; Path=/"; add_header Set-Cookie "language=en";
        add_header Set-Cookie "__Host-cart=1; Path=/shop; Secure; SameSite=Lax";
        add_header Access-Control-Allow-Origin $http_origin; add_header Access-Control-Allow-Credentials true;
        """,
      plain: "")
    defer { server.stop() }
    let shop = try await AssessedShop(folder.profile, trusting: authority.root)
    #expect(
      shop.codes
        == ShopFolder.badCodes.union([
          "tls-obsolete-protocol", "tls-13-missing", "tls-broken-cipher", "tls-weak-cipher", "tls-weak-key-exchange",
          "certificate-weak-key", "certificate-weak-signature",
        ]))
    #expect(shop["tls.protocols"]?.verdict.findings.filter { $0.code == "tls-obsolete-protocol" }.count == 2)
  }

  @Test func `with a password of the server's before its panel has no second factor`() async throws {
    let authority = try TestAuthority.shared.get()
    let folder = try await ShopFolder(authority.issue(for: [ShopFolder.host]), pages: ShopFolder.goodPages)
    defer { folder.directory.remove() }
    let server = try await start(
      folder, tls: "", server: "location = /admin { auth_basic Admin; auth_basic_user_file /dev/null; }",
      plain: "return 444;")
    defer { server.stop() }
    // Whether the panel is named or found.
    for profile in [folder.profile, AssessedShop.profile(folder.url)] {
      let shop = try await AssessedShop(profile, trusting: authority.root, only: ["admin-panel"])
      #expect(shop.codes == ["admin-without-second-factor"])
    }
  }

  @Test func `with one front page for every path has no leaks`() async throws {
    let authority = try TestAuthority.shared.get()
    var pages = ShopFolder.goodPages
    pages["index.html"] = ShopFolder.page("Tea", "<h1>Tea</h1> DB_PASSWORD= [core] repositoryformatversion Admin")
    let folder = try await ShopFolder(authority.issue(for: [ShopFolder.host]), pages: pages)
    defer { folder.directory.remove() }
    let server = try await start(
      folder, tls: "", server: "location / { try_files /index.html =404; }", plain: "return 444;")
    defer { server.stop() }
    let shop = try await AssessedShop(
      AssessedShop.profile(folder.url), trusting: authority.root,
      only: ["exposed-files", "admin-panel", "security-txt"])
    #expect(shop.codes == ["security-txt-missing"])
    #expect(shop["exposed-files"]?.verdict.outcome == .satisfied)
    #expect(shop["admin-panel"]?.verdict.outcome == .couldNotCheck)
  }

  @Test(arguments: [403, 503])
  func `that lets nobody in is not in order`(status: Int) async throws {
    let authority = try TestAuthority.shared.get()
    let folder = try await ShopFolder(authority.issue(for: [ShopFolder.host]), pages: ShopFolder.goodPages)
    defer { folder.directory.remove() }
    let server = try await start(folder, tls: "", server: "return \(status);", plain: "return \(status);")
    defer { server.stop() }
    let shop = try await AssessedShop(AssessedShop.profile(folder.url), trusting: authority.root)
    let seen = shop.observations.filter { $0.verdict.outcome != .couldNotCheck }.map(\.check.text).sorted()
    // A file that is kept from everybody is not published.
    let file = status == 403 ? ["security-txt"] : []
    #expect(seen == file + ["tls.certificate", "tls.ciphers", "tls.protocols"])
  }

  @Test func `that serves http only has no TLS`() async throws {
    let folder = try await ShopFolder(TestAuthority.shared.get().issue(for: []), pages: ShopFolder.goodPages)
    defer { folder.directory.remove() }
    let server = try await start(folder, tls: "", server: "", plain: "")
    defer { server.stop() }
    let shop = try await AssessedShop(
      AssessedShop.profile("http://\(ShopFolder.host):\(folder.httpPort)/"),
      only: ["tls.protocols", "tls.ciphers", "tls.certificate", "http.redirect", "http.hsts"])
    #expect(shop.codes == ["tls-missing", "redirect-missing", "hsts-missing"])
    #expect(shop.observations.allSatisfy { $0.verdict.outcome == .notSatisfied })
  }
}
