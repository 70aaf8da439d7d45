import Hummingbird
import NIOCore

/// What a route knows of a request beside the request itself.
struct ShopRequestContext: RequestContext, RemoteAddressRequestContext {
  var coreContext: CoreRequestContextStorage
  /// The address of the peer; nil when it has hung up.
  let remoteAddress: SocketAddress?
  private var current: Visit?

  init(source: ApplicationRequestContextSource) {
    coreContext = CoreRequestContextStorage(source: source)
    remoteAddress = source.channel.remoteAddress
  }

  /// The visit that the request is part of.
  /// - Throws: ``Refusal/notFound`` for routes that know no visits.
  var visit: Visit {
    get throws(Refusal) {
      guard let current else { throw .notFound }
      return current
    }
  }

  mutating func begin(_ visit: Visit) { current = visit }
}
