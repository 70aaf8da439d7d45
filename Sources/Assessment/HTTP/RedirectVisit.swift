import NIOCore

/// Follows a plain http address until it leads to https.
struct RedirectVisit: Sendable {
  let reach: Reach

  /// - Parameter target: the plain address; an https address stands for a shop of which none is known.
  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at target: WebAddress) async throws -> RedirectSighting {
    guard target.scheme == .http else { return RedirectSighting(plainAddress: nil, hops: [], secureAddress: nil) }
    return try await Visitor.with(reach, limits: Visitor.Limits(body: 1_024)) { visitor in
      var hops: [PageSighting.Hop] = []
      var next = target
      repeat {
        guard hops.count <= 10 else { throw AssessmentError.tooManyRedirects(target.origin) }
        let exchange: Exchange
        do {
          exchange = try await visitor.ask(next)
        } catch AssessmentError.refused where hops.isEmpty {
          break
        } catch let error as AssessmentError where hops.isEmpty {
          // A firewall may drop what comes for http; then https must answer, or it is the network that is down.
          guard case .unreachable = error, await answersOverHTTPS(target) else { throw error }
          break
        }
        hops.append(PageSighting.Hop(address: next.withoutQuery.text, status: exchange.status))
        guard let location = exchange.location else { break }
        next = location
      } while next.scheme == .http
      let isSecure = next.scheme == .https
      return RedirectSighting(
        plainAddress: target.withoutQuery.text, hops: hops, secureAddress: isSecure ? next.withoutQuery.text : nil)
    }
  }

  private func answersOverHTTPS(_ target: WebAddress) async -> Bool {
    let secure = target.with(.https)
    guard let address = try? await reach.address(of: secure.host) else { return false }
    let channel = try? await RawConnection.open(address, port: secure.port, place: secure.origin) { _ in }
    channel?.close(promise: nil)
    return channel != nil
  }
}
