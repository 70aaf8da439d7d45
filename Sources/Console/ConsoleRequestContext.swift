import Hummingbird
import NIOCore

/// What a route knows of a request beside the request itself.
struct ConsoleRequestContext: RequestContext, RemoteAddressRequestContext {
  var coreContext: CoreRequestContextStorage
  /// The address of the peer; nil when it has hung up.
  let remoteAddress: SocketAddress?
  /// What a proxy on this machine says of who asks; nil where there is none.
  var forwardedAddress: String?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress
  }
}
