import CPostgreSQL

/// What of a connection URL may be shown, as libpq itself reads it.
struct PostgreSQLOptions {
  private(set) var hosts = ""
  private(set) var database = ""

  /// nil when libpq cannot read the URL.
  init?(_ url: String) {
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(url, &message) else {
      PQfreemem(message)
      return nil
    }
    defer { PQconninfoFree(options) }
    var option = options
    while let keyword = option.pointee.keyword {
      let value = option.pointee.val.map { String(cString: $0) } ?? ""
      switch String(cString: keyword) {
      case "host": hosts = value
      case "dbname": database = value
      default: break
      }
      option += 1
    }
  }
}
