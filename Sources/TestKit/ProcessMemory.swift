import Foundation

/// How much memory a process holds, as Linux counts it.
public enum ProcessMemory {
  /// Resident bytes of this process.
  public static var residentBytes: Int { residentBytes(status: "/proc/self/status") }

  /// Resident bytes of the process with this status file; 0 where the system does not say.
  public static func residentBytes(status path: String) -> Int {
    guard let status = try? String(contentsOfFile: path, encoding: .utf8),
      let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") }),
      let kibibytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return kibibytes * 1_024
  }
}
