import HTTPTypes
import Hummingbird
import NIOCore

/// Answers with files that nobody should be able to fetch.
struct Leaks: RouterMiddleware {
  typealias Context = ShopRequestContext

  /// By their paths.
  let files: [String: LeakedFile]

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    guard let file = files[request.uri.path], request.method == .get || request.method == .head else {
      return try await next(request, context)
    }
    let response = Response(
      status: .ok, headers: [.contentType: file.type],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
    return request.method == .head ? response.createHeadResponse() : response
  }
}
