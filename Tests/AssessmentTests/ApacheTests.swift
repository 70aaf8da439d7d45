import Foundation
import Obligations
import TestKit
import Testing

@testable import Assessment

@Suite struct `A shop behind Apache` {
  private func start(_ folder: ShopFolder, main: String, secure: String, plain: String) async throws -> ServerProgram {
    let modules = [
      "mpm_event", "authz_core", "authz_host", "authn_core", "authn_file", "auth_basic", "authz_user", "ssl", "headers",
      "mime", "dir", "alias", "rewrite", "autoindex", "status", "setenvif",
    ]
    let files = ["/usr/lib/apache2/modules", "/usr/lib/httpd/modules", "/usr/lib64/httpd/modules"]
    let place = files.first { FileManager.default.fileExists(atPath: $0) } ?? files[0]
    try folder.write(
      """
      \(modules.map { "LoadModule \($0)_module \(place)/mod_\($0).so" }.joined(separator: "\n"))
      ServerRoot \(folder.directory.path)
      PidFile \(folder.path("run/pid"))
      DefaultRuntimeDir \(folder.path("run"))
      ErrorLog /dev/stderr
      ServerName \(ShopFolder.host)
      User www-data
      Group www-data
      Listen 127.0.0.1:\(folder.httpsPort)
      Listen 127.0.0.1:\(folder.httpPort)
      TypesConfig /dev/null
      AddType text/html .html
      AddType text/javascript .js
      AddType text/plain .txt
      AddDefaultCharset utf-8
      DirectoryIndex index.html
      DocumentRoot \(folder.path("pages"))
      \(main)
      <Directory \(folder.path("pages"))>
        Require all granted
      </Directory>
      <VirtualHost *:\(folder.httpsPort)>
        SSLEngine on
        SSLCertificateFile \(folder.path("cert.pem"))
        SSLCertificateKeyFile \(folder.path("key.pem"))
        \(secure)
      </VirtualHost>
      <VirtualHost *:\(folder.httpPort)>
        \(plain)
      </VirtualHost>
      """, "apache.conf")
    return try await ServerProgram(
      "apache2", ["-d", folder.directory.path, "-f", folder.path("apache.conf"), "-DFOREGROUND"], package: "apache2",
      ports: [folder.httpsPort, folder.httpPort], log: folder.path("logs/log"))
  }

  @Test func `in good order has no weakness`() async throws {
    let authority = try TestAuthority.shared.get()
    let (below, intermediate) = try authority.intermediate()
    let issued = try below.issue(for: [ShopFolder.host], responder: "http://ocsp.test/")
    let folder = try await ShopFolder(
      TestAuthority.Issued(chain: issued.chain + intermediate, key: issued.key), pages: ShopFolder.goodPages)
    defer { folder.directory.remove() }
    let server = try await start(
      folder,
      main: """
        ServerTokens Prod
        ServerSignature Off
        TraceEnable Off
        RedirectMatch 404 "/\\.(?!well-known)"
        """,
      secure: """
        SSLProtocol -all +TLSv1.2 +TLSv1.3
        SSLCipherSuite ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384
        SSLOpenSSLConfCmd Groups X25519:P-256:P-384
        Header always set Strict-Transport-Security "max-age=63072000; includeSubDomains; preload"
        Header always set Content-Security-Policy "\(ShopFolder.goodPolicy)"
        Header always set X-Content-Type-Options nosniff
        Header always set X-Frame-Options DENY
        Header always add Set-Cookie "PHPSESSID=1; Path=/; Secure; HttpOnly; SameSite=Strict"
        <Location /admin>
          Require all denied
        </Location>
        """,
      plain: "Redirect permanent / https://\(ShopFolder.host):\(folder.httpsPort)/")
    defer { server.stop() }
    let shop = try await AssessedShop(folder.profile, trusting: authority.root)
    #expect(shop.codes == ["tls-post-quantum-missing", "tls-staple-missing"])
    // Who is let in there, and with how many factors, is for somebody inside to say.
    #expect(shop.unseen.keys.sorted() == ["admin-panel"])
    #expect(shop.took < .seconds(10))
  }

  @Test func `in bad order has every weakness found`() async throws {
    let folder = try await ShopFolder(
      TestAuthority(named: "Nobody's authority").issue(for: ["other.test"], from: -900 * 86_400, until: -3_600),
      pages: ShopFolder.badPages.merging([
        "uploads/a.bin": "x",
        "backup.sql": "-- MySQL dump 10.13\\nCREATE TABLE a (b int);\\nINSERT INTO a VALUES (1);\\n",
      ]) { $1 })
    defer { folder.directory.remove() }
    let server = try await start(
      folder,
      main: """
        ServerTokens Full
        Options +Indexes
        <Location /server-status>
          SetHandler server-status
        </Location>
        """,
      secure: """
        SSLProtocol -all +TLSv1 +TLSv1.1 +TLSv1.2
        SSLCipherSuite ALL:eNULL:@SECLEVEL=0
        Header always set Referrer-Policy unsafe-url
        Header always add Set-Cookie "PHPSESSID=1; Path=/"
        Header always add Set-Cookie "language=en"
        Header always add Set-Cookie "__Host-cart=1; Path=/shop; Secure; SameSite=Lax"
        SetEnvIf Origin "(.+)" ORIGIN=$1
        Header always set Access-Control-Allow-Origin %{ORIGIN}e env=ORIGIN
        Header always set Access-Control-Allow-Credentials true env=ORIGIN
        """,
      plain: "RedirectMatch ^/$ http://\(ShopFolder.host):\(folder.httpPort)/privacy.html")
    defer { server.stop() }
    let shop = try await AssessedShop(folder.profile, trusting: TestAuthority.shared.get().root)
    let expected = ShopFolder.badCodes.union([
      "tls-obsolete-protocol", "tls-13-missing", "tls-weak-cipher", "certificate-expired",
      "certificate-wrong-host", "certificate-chain-incomplete", "exposed-dump", "exposed-listing", "exposed-debug",
    ])
    #expect(shop.codes.symmetricDifference(expected).sorted() == [], "\(shop.unseen)")
  }
}
