import Foundation
import TestKit

/// The parser that is fed, from the environment: libFuzzer owns the command line.
private let target: ParserTarget = {
  let name = ProcessInfo.processInfo.environment["SURETY_FUZZ_TARGET"] ?? ""
  guard let target = ParserTarget(rawValue: name) else {
    print("SURETY_FUZZ_TARGET is one of \(ParserTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    exit(2)
  }
  return target
}()

/// What libFuzzer calls with each input. A crash is a finding, and so is an input for which the parser breaks its word.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  precondition(target.holds(for: bytes), "\(target.rawValue) accepted what its writer would not have written")
  return 0
}

/// libFuzzer's own loop.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<CInt>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ each: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// In debug builds the package manager renames an executable's entry point so, and libFuzzer's `main` is not linked.
@_cdecl("surety_fuzz_main")
public func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
  var (count, arguments) = (count, arguments)
  return runDriver(&count, &arguments, fuzzOneInput)
}
