import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Primitives
import Synchronization

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

/// Turns what nobody answered for into a problem: unknown paths, and errors that are nobody's business outside. A person
/// who looks at a page gets a page.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  let pages: ProblemPages

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch {
      let problem = Self.problem(error, request, context)
      return pages.response(to: problem, request) ?? problem.response(from: request, context: context)
    }
  }

  private static func problem(_ error: any Error, _ request: Request, _ context: Context) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case is NIOTooManyBytesError: return Problem(.contentTooLarge, "The body is longer than is taken here.")
    case let error as HTTPError:
      let detail =
        error.status == .notFound ? "There is nothing at this path." : "The request cannot be answered as it is."
      return Problem(error.status, error.body ?? detail)
    default:
      context.logger.error("\(request.method) failed: \(error)")
      return Problem(.internalServerError, "Something went wrong here; the server's log says what.")
    }
  }
}

/// Problems as pages, once there is something to make pages with.
final class ProblemPages: Sendable {
  private let renderer = Mutex<(renderer: PageRenderer, surroundings: Surroundings)?>(nil)

  /// What the page of an error shows.
  private struct Model: Sendable {
    struct Shown: Sendable {
      let status: String
      let text: String
      let link: LinkText
    }

    let error: Shown
  }

  func use(_ renderer: PageRenderer, at surroundings: Surroundings) {
    self.renderer.withLock { $0 = (renderer, surroundings) }
  }

  /// Nil for whoever asked for something else than a page.
  func response(to problem: Problem, _ request: Request) -> Response? {
    guard let (renderer, surroundings) = renderer.withLock({ $0 }),
      request.headers[.accept]?.contains("text/html") == true, !request.uri.path.hasPrefix("/api/"),
      !request.uri.path.hasPrefix("/ledger/")
    else { return nil }
    let model = Model(
      error: Model.Shown(
        status: String(problem.status.code), text: problem.detail,
        link: problem.status == .unauthorized
          ? LinkText(words: "Sign in", href: "/sign-in") : LinkText(words: "Go to the overview", href: "/")))
    var page = Page("error", heading: problem.status.reasonPhrase, menu: .other, model: model)
    page.status = problem.status
    return try? renderer.response(page, for: nil, platform: "", at: surroundings.now())
  }
}
