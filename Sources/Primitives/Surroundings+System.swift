#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Surroundings {
  /// The machine's real-time clock and the kernel's random generator.
  public static let system = Surroundings(
    now: {
      var time = timespec()
      clock_gettime(CLOCK_REALTIME, &time)
      return Instant(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
    },
    random: { bytes in
      // The kernel gives no more than 256 bytes at once (POSIX.1-2024, getentropy).
      for start in stride(from: 0, to: bytes.count, by: 256) {
        let part = UnsafeMutableRawBufferPointer(rebasing: bytes[start..<min(start + 256, bytes.count)])
        guard getentropy(part.baseAddress, part.count) != 0 else { continue }
        // A kernel without the call: the standard library knows other ways, one word at a time.
        var generator = SystemRandomNumberGenerator()
        for index in part.indices { part[index] = UInt8.random(in: .min ... .max, using: &generator) }
      }
    })
}
