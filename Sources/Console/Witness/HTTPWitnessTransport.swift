public import Journal
import TransparencyLog

/// Reaches witnesses over HTTP.
public struct HTTPWitnessTransport: WitnessTransport {
  private let fetcher: HTTPFetcher

  public init(_ fetcher: HTTPFetcher) { self.fetcher = fetcher }

  public func post(_ body: [UInt8], to url: String) async throws -> WitnessAnswer {
    Self.answer(try await fetcher.fetch(url, posting: body, most: SignedNote.largest))
  }

  public func get(_ url: String) async throws -> WitnessAnswer {
    Self.answer(try await fetcher.fetch(url, most: SignedNote.largest))
  }

  private static func answer(_ answer: HTTPFetcher.Answer) -> WitnessAnswer {
    WitnessAnswer(status: answer.status, contentType: answer.contentType, body: answer.body)
  }
}
