import Foundation
import NIOCore
import NIOSSL
import Primitives
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// Shakes hands with a server for real, and judges the chain it shows.
struct CertificateProbe: Sendable {
  let reach: Reach
  /// Trusted besides the system's authorities, for a shop with an authority of its own.
  let authorities: [Certificate]
  let surroundings: Surroundings

  /// More than any chain has; what a server sends beyond them is not looked at.
  private static let most = 10

  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at target: WebAddress) async throws -> CertificateSighting {
    let address = try await reach.address(of: target.host)
    let chain = try await reach.turnstile.pass(target.host) {
      do {
        return try await shownInHandshake(address, target)
      } catch AssessmentError.handshakeFailed(let place, let reason) {
        // Suites and groups that no library of today speaks still show the certificate before they are agreed on.
        guard let shown = try await shownInClear(address, target) else {
          throw AssessmentError.handshakeFailed(place, reason: reason)
        }
        return shown
      }
    }
    let place = target.origin
    do {
      let fields = try chain.prefix(Self.most).map { try CertificateFields($0) }
      guard let leaf = fields.first else {
        throw AssessmentError.handshakeFailed(place, reason: "the server showed no certificate")
      }
      return CertificateSighting(
        endpoint: place, host: target.host, certificates: fields.map { CertificateSighting.Certificate($0) },
        chain: await judge(chain, fields), matchesHost: leaf.isFor(target.host))
    } catch is ASN1Error {
      throw AssessmentError.handshakeFailed(place, reason: "its certificate cannot be read")
    }
  }

  /// The certificates as the server sent them, in DER.
  private func shownInHandshake(_ address: IPAddress, _ target: WebAddress) async throws -> [[UInt8]] {
    let shown = Promised<[[UInt8]]>()
    var tls = TLSConfiguration.makeClientConfiguration()
    tls.minimumTLSVersion = .tlsv1
    let context = try NIOSSLContext(configuration: tls)
    let name = target.isNumeric ? nil : target.host
    let place = target.origin
    let channel = try await RawConnection.open(address, port: target.port, place: place) { channel in
      let handler = try NIOSSLClientHandler(context: context, serverHostname: name) { certificates, promise in
        // In every version the certificates are there before the handshake ends; nothing more is needed, and nothing is
        // sent on this connection. Whom it belongs to is judged afterwards.
        shown.settle(Result { try certificates.map { try $0.toDERBytes() } })
        promise.succeed(.certificateVerified)
      }
      try channel.pipeline.syncOperations.addHandlers([handler, HandshakeEnd(shown: shown)])
    }
    defer { channel.close(promise: nil) }
    do {
      return try await withTimeLimit(.seconds(6), orThrow: .tookTooLong(place)) { try await shown.value() }
    } catch let error as AssessmentError {
      throw error
    } catch {
      try Task.checkCancellation()
      throw AssessmentError.handshakeFailed(
        place, reason: "no version or cipher in common, or what answers does not speak TLS")
    }
  }

  private func shownInClear(_ address: IPAddress, _ target: WebAddress) async throws -> [[UInt8]]? {
    let hello = ClientHello(
      version: .tls12, suites: CipherSuite.classic, groups: KeyExchangeGroup.allCases,
      serverName: target.isNumeric ? nil : target.host, random: surroundings.randomBytes(32))
    guard case .flight(let flight) = try await HelloExchange(address: address, port: target.port).send(hello),
      !flight.certificates.isEmpty
    else { return nil }
    return flight.certificates
  }

  private func judge(_ chain: [[UInt8]], _ fields: [CertificateFields]) async -> CertificateSighting.Chain {
    guard let leaf = try? Certificate(derEncoded: chain[0]) else { return .unreadable }
    let others = chain.prefix(Self.most).dropFirst().compactMap { try? Certificate(derEncoded: $0) }
    if await trusts(leaf, others, fields[0]) { return .trusted }
    if fields[0].issuer == fields[0].subject { return .selfSigned }
    let isLinked = fields.dropFirst().contains { $0.subject == fields[0].issuer }
    return isLinked ? .untrusted : .incomplete
  }

  private func trusts(_ leaf: Certificate, _ others: [Certificate], _ own: CertificateFields) async -> Bool {
    // Whether it has run out is told apart from whether anybody vouched for it.
    let moment = min(max(surroundings.now().seconds, own.notBefore), max(own.notBefore, own.notAfter - 1))
    let roots = CertificateStore.systemTrustRoots.appending(contentsOf: authorities)
    var verifier = Verifier(rootCertificates: roots) {
      RFC5280Policy(fixedExpiryValidationTime: Date(timeIntervalSince1970: Double(moment)))
    }
    let result = await verifier.validate(leaf: leaf, intermediates: CertificateStore(others), diagnosticCallback: nil)
    if case .validCertificate = result { return true }
    return false
  }

  /// Certificates in PEM.
  /// - Throws: ``AssessmentError/notCertificates(reason:)``.
  static func authorities(_ text: String) throws(AssessmentError) -> [Certificate] {
    do {
      let certificates = try PEMDocument.parseMultiple(pemString: text).map { try Certificate(pemDocument: $0) }
      guard !certificates.isEmpty else { throw AssessmentError.notCertificates(reason: "there is none in it") }
      return certificates
    } catch let error as AssessmentError {
      throw error
    } catch {
      throw .notCertificates(reason: "it is not PEM with certificates in it")
    }
  }
}

/// Tells when a handshake ends before the certificates were shown.
private final class HandshakeEnd: ChannelInboundHandler, Sendable {
  typealias InboundIn = ByteBuffer
  private let shown: Promised<[[UInt8]]>

  init(shown: Promised<[[UInt8]]>) { self.shown = shown }

  func channelInactive(context: ChannelHandlerContext) {
    shown.settle(.failure(ChannelError.eof))
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    shown.settle(.failure(error))
    context.close(promise: nil)
  }
}
