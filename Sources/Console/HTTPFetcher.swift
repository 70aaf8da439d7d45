import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOSSL

/// An HTTP client with limits on time and size, for talking to witnesses and to ledgers of others.
public struct HTTPFetcher: Sendable {
  /// What came back.
  struct Answer: Sendable {
    let status: Int
    let contentType: String?
    let body: [UInt8]
  }

  private let client: HTTPClient
  /// A whole exchange may take so long.
  private let limit: Duration

  /// - Parameter authorities: a PEM file of certificate authorities to trust instead of the system's.
  /// - Throws: ``ConsoleError/unusableCertificate(path:reason:)``.
  public init(trusting authorities: String? = nil, limit: Duration = .seconds(15)) throws(ConsoleError) {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(20)))
    if let authorities {
      do {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(authorities))
        configuration.tlsConfiguration = tls
      } catch {
        throw .unusableCertificate(path: authorities, reason: "it is not a readable PEM file of authorities")
      }
    }
    client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    self.limit = limit
  }

  /// Closes all connections.
  public func close() async { try? await client.shutdown() }

  /// Calls `body` with a fetcher that is closed afterwards.
  public static func with<Value>(
    trusting authorities: String? = nil, isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTPFetcher) async throws -> Value
  ) async throws -> Value {
    let fetcher = try HTTPFetcher(trusting: authorities)
    do {
      let value = try await body(fetcher)
      await fetcher.close()
      return value
    } catch {
      await fetcher.close()
      throw error
    }
  }

  /// Asks for a URL, or posts to it.
  /// - Parameters:
  ///   - type: of what is posted.
  ///   - authorization: the header of this name; nil for none.
  ///   - most: an answer may be so long, in bytes.
  /// - Throws: ``ConsoleError``.
  func fetch(
    _ url: String, posting body: [UInt8]? = nil, as type: String = "text/plain; charset=utf-8",
    authorization: String? = nil, most: Int
  ) async throws -> Answer {
    guard url.hasPrefix("https://") || url.hasPrefix("http://") else { throw ConsoleError.malformedURL(url) }
    var request = HTTPClientRequest(url: url)
    request.headers.add(name: "User-Agent", value: "surety")
    if let authorization { request.headers.add(name: "Authorization", value: authorization) }
    if let body {
      request.method = .POST
      request.headers.add(name: "Content-Type", value: type)
      request.body = .bytes(body)
    }
    do {
      return try await withThrowingTaskGroup(of: Answer?.self) { [request, client, limit] group in
        group.addTask {
          let response = try await client.execute(request, timeout: TimeAmount(limit))
          let collected = try await response.body.collect(upTo: most)
          return Answer(
            status: Int(response.status.code), contentType: response.headers.first(name: "Content-Type"),
            body: Array(collected.readableBytesView))
        }
        // The client's own limit ends with the headers; a body may be dripped for ever.
        group.addTask {
          try await Task.sleep(for: limit)
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let answer = first else {
          throw ConsoleError.unexpectedAnswer(url: url, reason: "no answer within \(limit)")
        }
        return answer
      }
    } catch is NIOTooManyBytesError {
      throw ConsoleError.unexpectedAnswer(url: url, reason: "the answer is longer than \(most) bytes")
    } catch let error as CancellationError {
      throw error
    } catch let error as ConsoleError {
      throw error
    } catch {
      throw ConsoleError.unexpectedAnswer(url: url, reason: "no answer (\(error))")
    }
  }
}
