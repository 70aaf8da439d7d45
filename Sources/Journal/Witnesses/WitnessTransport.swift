/// How a log reaches its witnesses; the composition root fulfils it over HTTPS.
public protocol WitnessTransport: Sendable {
  /// Sends a body to a URL.
  func post(_ body: [UInt8], to url: String) async throws -> WitnessAnswer
  /// Asks for what is at a URL.
  func get(_ url: String) async throws -> WitnessAnswer
}

/// What came back.
public struct WitnessAnswer: Sendable {
  public let status: Int
  public let contentType: String?
  public let body: [UInt8]

  public init(status: Int, contentType: String?, body: [UInt8]) {
    self.status = status
    self.contentType = contentType
    self.body = body
  }
}
