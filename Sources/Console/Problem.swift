import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives

/// An error as every route answers it: RFC 9457 problem details. It says what happened and what to do, and repeats
/// nothing of the request.
struct Problem: Error, HTTPResponseError {
  let status: HTTPResponse.Status
  let detail: String

  init(_ status: HTTPResponse.Status, _ detail: String) {
    self.status = status
    self.detail = detail
  }

  func response(from request: Request, context: some RequestContext) -> Response {
    let body: JSON = [
      "type": "about:blank", "title": .string(status.reasonPhrase), "status": .integer(Int64(status.code)),
      "detail": .string(detail),
    ]
    return Response(
      status: status,
      headers: [.contentType: "application/problem+json", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: body.canonicalBytes)))
  }
}

/// Turns what nobody answered for into a problem: unknown paths, and errors that are nobody's business outside.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let problem as Problem {
      return problem.response(from: request, context: context)
    } catch is NIOTooManyBytesError {
      return Problem(.contentTooLarge, "The body is longer than is taken here.").response(
        from: request, context: context)
    } catch let error as HTTPError {
      let detail =
        error.status == .notFound ? "There is nothing at this path." : "The request cannot be answered as it is."
      return Problem(error.status, error.body ?? detail).response(from: request, context: context)
    } catch {
      context.logger.error("\(request.method) failed: \(error)")
      return Problem(.internalServerError, "Something went wrong here; the server's log says what.")
        .response(from: request, context: context)
    }
  }
}
