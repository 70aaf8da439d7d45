import Foundation

/// What a crashed process leaves behind.
enum CoreDump {
  /// Keys and customers' data are in memory while they are used: nothing of it is to be written to a disk when the
  /// process crashes.
  static func forbid() {
    var none = rlimit(rlim_cur: 0, rlim_max: 0)
    setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  }
}
