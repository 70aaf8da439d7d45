import Hummingbird
import NIOCore

extension RequestBody {
  /// The body in pieces of bytes, as it comes.
  var mapToBytes: AsyncMapSequence<RequestBody, [UInt8]> { map { Array($0.readableBytesView) } }
}
