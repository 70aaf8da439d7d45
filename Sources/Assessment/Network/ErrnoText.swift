import Foundation

/// The system's words for an error number.
enum ErrnoText {
  static func of(_ code: Int32) -> String {
    switch code {
    case ECONNREFUSED: "the connection was refused"
    case EHOSTUNREACH, ENETUNREACH: "there is no route to it"
    case ECONNRESET: "the connection was reset"
    case ETIMEDOUT: "no answer in time"
    default: String(cString: strerror(code))
    }
  }
}
