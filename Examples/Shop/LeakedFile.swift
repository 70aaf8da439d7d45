import Foundation

/// A file that nobody should be able to fetch. What is in it is made up.
struct LeakedFile: Sendable {
  let weakness: Weakness
  let path: String
  let type: String
  let bytes: [UInt8]

  init(_ weakness: Weakness, _ path: String, _ text: String, type: String = "text/plain") {
    (self.weakness, self.path, self.type, bytes) = (weakness, path, type, Array(text.utf8))
  }

  init(_ weakness: Weakness, _ path: String, bytes: [UInt8], type: String) {
    (self.weakness, self.path, self.type, self.bytes) = (weakness, path, type, bytes)
  }

  static let all = repository + secrets + archives + dumps + logs + pages + particulars

  private static let repository = [
    LeakedFile(.exposedRepository, "/.git/HEAD", "ref: refs/heads/main\n"),
    LeakedFile(
      .exposedRepository, "/.git/config",
      """
      [core]
      \trepositoryformatversion = 0
      \tfilemode = true
      \tbare = false
      \tlogallrefupdates = true
      [remote "origin"]
      \turl = git@git.teapot-and-leaf.example:shop/shop.git
      \tfetch = +refs/heads/*:refs/remotes/origin/*
      [branch "main"]
      \tremote = origin
      \tmerge = refs/heads/main

      """),
  ]

  private static let secrets = [
    LeakedFile(
      .exposedSecrets, "/.env",
      """
      APP_NAME="Teapot & Leaf"
      APP_ENV=production
      APP_KEY=base64:bWFkZS11cC1mb3ItdGhlLWRlbW9uc3RyYXRpb24tMDA=
      APP_DEBUG=false
      APP_URL=https://teapot-and-leaf.example

      DB_CONNECTION=mysql
      DB_HOST=127.0.0.1
      DB_PORT=3306
      DB_DATABASE=shop
      DB_USERNAME=shop
      DB_PASSWORD=made-up-for-the-demonstration

      MAIL_HOST=mail.teapot-and-leaf.example
      MAIL_PASSWORD=made-up-too

      """)
  ]

  private static let archives = [
    LeakedFile(
      .exposedBackup, "/backup.zip",
      bytes: decoded(
        "UEsDBBQAAAAAAAAYIV1T9XiSVAAAAFQAAAAPAAAAc2hvcC9jb25maWcucGhwPD9waHAKcmV0dXJuIFsnZGF0YWJhc2UnID0+ICdzaG9w"
          + "JywgJ3Bhc3N3b3JkJyA9PiAnbWFkZS11cC1mb3ItdGhlLWRlbW9uc3RyYXRpb24nXTsKUEsBAhQDFAAAAAAAABghXVP1eJJUAAAA"
          + "VAAAAA8AAAAAAAAAAAAAAIABAAAAAHNob3AvY29uZmlnLnBocFBLBQYAAAAAAQABAD0AAACBAAAAAAA="),
      type: "application/zip"),
    LeakedFile(
      .exposedBackup, "/backup.tar.gz",
      bytes: decoded(
        "H4sIAAAAAAACA+3RMQ6CQBSE4Vd7ij2B+3Z5YEPiWTaKYqFsRO7PSmkvCeH/mkmmmmTGfsj+Mrxuj/sx91n+QYvGbMniN1VjkFBHs7qq"
          + "7NsHPUUTp7KCafykd5ki+9Sey+vOe/dM185N+SAAAAAAAAAAAAAAAAAAAAC2YAUXgyeEAKAAA="),
      type: "application/gzip"),
  ]

  private static let dumps = ["/dump.sql", "/backup.sql"].map { LeakedFile(.exposedDump, $0, dump) }

  private static let dump = """
    -- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
    --
    -- Host: localhost    Database: shop
    -- ------------------------------------------------------
    -- Server version\t8.0.36

    DROP TABLE IF EXISTS `customers`;
    CREATE TABLE `customers` (
      `id` int NOT NULL AUTO_INCREMENT,
      `email` varchar(255) NOT NULL,
      `name` varchar(255) NOT NULL,
      PRIMARY KEY (`id`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

    LOCK TABLES `customers` WRITE;
    REPLACE INTO `customers` VALUES (1,'nobody@customers.example','Nobody Atall');
    UNLOCK TABLES;

    -- Dump completed on 2026-09-01  3:00:00

    """

  private static let logs = [
    LeakedFile(
      .exposedLog, "/error.log",
      """
      [Tue Sep 01 03:00:01.000000 2026] [php:error] [pid 1201] [client 192.0.2.7:50122] PHP Fatal error:  Uncaught \
      PDOException: SQLSTATE[HY000] [2002] Connection refused in /var/www/shop/src/Database.php:41
      [Tue Sep 01 03:00:02.000000 2026] [php:warn] [pid 1201] [client 192.0.2.7:50124] PHP Warning:  Undefined \
      variable $cart in /var/www/shop/src/Cart.php on line 12

      """),
    LeakedFile(
      .exposedLog, "/storage/logs/laravel.log",
      """
      [2026-09-01 03:00:01] production.ERROR: SQLSTATE[HY000] [2002] Connection refused {"exception":"[object] \
      (Illuminate\\\\Database\\\\QueryException(code: 2002): SQLSTATE[HY000] [2002] Connection refused at \
      /var/www/shop/vendor/laravel/framework/src/Illuminate/Database/Connection.php:760)
      [stacktrace]
      #0 /var/www/shop/vendor/laravel/framework/src/Illuminate/Database/Connection.php(720): \
      Illuminate\\\\Database\\\\Connection->runQueryCallback()

      """),
  ]

  private static let pages =
    [
      LeakedFile(.exposedDebug, "/phpinfo.php", information, type: "text/html"),
      LeakedFile(.exposedDebug, "/info.php", information, type: "text/html"),
      LeakedFile(.exposedInstaller, "/install/", installer, type: "text/html"),
      LeakedFile(.exposedInstaller, "/install.php", installer, type: "text/html"),
      LeakedFile(.exposedAdminFile, "/adminer.php", databaseTool, type: "text/html"),
    ] + ["/uploads/", "/backup/", "/files/"].map { LeakedFile(.exposedListing, $0, listing($0), type: "text/html") }

  private static let particulars = [
    LeakedFile(
      .exposedSource, "/index.php~",
      """
      <?php
      require __DIR__ . '/../vendor/autoload.php';
      (new Shop\\Kernel(getenv('APP_ENV') ?: 'production'))->run();

      """),
    LeakedFile(
      .exposedInventory, "/composer.json",
      """
      {
        "name": "teapot-and-leaf/shop",
        "require": {"php": ">=7.4", "symfony/http-kernel": "^5.4", "monolog/monolog": "^2.9"}
      }

      """, type: "application/json"),
    LeakedFile(
      .exposedSettings, "/.htaccess",
      """
      RewriteEngine On
      RewriteCond %{REQUEST_FILENAME} !-f
      RewriteRule ^ index.php [L]

      """),
  ]

  private static let information = """
    <!DOCTYPE html>
    <html><head><title>PHP 7.4.3 - phpinfo()</title></head><body><div class="center">
    <table><tr class="h"><td><h1 class="p">PHP Version 7.4.3</h1></td></tr></table>
    <table>
    <tr><td class="e">System </td><td class="v">Linux shop 5.4.0 x86_64 </td></tr>
    <tr><td class="e">Build Date </td><td class="v">Feb 23 2020 07:24:02 </td></tr>
    <tr><td class="e">Server API </td><td class="v">FPM/FastCGI </td></tr>
    <tr><td class="e">Loaded Configuration File </td><td class="v">/etc/php/7.4/fpm/php.ini </td></tr>
    </table>
    <h2>PHP Variables</h2>
    <table><tr><td class="e">$_SERVER['DB_PASSWORD']</td><td class="v">made-up</td></tr></table>
    <h2>PHP License</h2>
    </div></body></html>

    """

  private static let installer = """
    <!DOCTYPE html>
    <html lang="en"><head><title>PrestaShop Installation Assistant</title></head><body>
    <h1>Welcome to the PrestaShop Installer</h1>
    <form id="mainForm" action="index.php" method="post">
    <select name="language"><option value="en">English</option></select>
    <input type="submit" name="submitNext" value="Next">
    </form></body></html>

    """

  private static let databaseTool = """
    <!DOCTYPE html>
    <html lang="en"><head><title>Login - Adminer</title></head><body class="ltr nojs">
    <h1><a href="https://www.adminer.org/" id="h1">Adminer</a> <span class="version">4.7.8</span></h1>
    <form action="" method="post">
    <select name="auth[driver]"><option value="server" selected>MySQL</option></select>
    <input name="auth[server]" title="hostname[:port]"><input name="auth[username]" id="username">
    <input type="password" name="auth[password]"><input name="auth[db]">
    <input type="submit" value="Login">
    </form></body></html>

    """

  private static func listing(_ path: String) -> String {
    let name = path.dropLast()
    return """
      <!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN">
      <html><head><title>Index of \(name)</title></head><body>
      <h1>Index of \(name)</h1>
      <pre><a href="?C=N;O=D">Name</a> <a href="?C=M;O=A">Last modified</a> <a href="?C=S;O=A">Size</a>
      <hr><a href="/">Parent Directory</a>                             -
      <a href="returns-2026.csv">returns-2026.csv</a>        2026-09-01 03:00   14K
      <hr></pre>
      <address>Apache Server at localhost Port 443</address>
      </body></html>

      """
  }

  private static func decoded(_ base64: String) -> [UInt8] { Data(base64Encoded: base64).map(Array.init) ?? [] }
}
