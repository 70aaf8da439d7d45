import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// Turns what went wrong into a page that says so, with the status that says so too.
struct ErrorPages: RouterMiddleware {
  typealias Context = ShopRequestContext

  let frame: PageFrame

  func handle(
    _ request: Request, context: ShopRequestContext, next: (Request, ShopRequestContext) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch let refusal as Refusal {
      return page(refusal)
    } catch is NIOTooManyBytesError {
      return page(
        Refusal(status: .contentTooLarge, title: "That is too much", text: "No form of this shop is that long."))
    } catch let error as HTTPError where error.status == .notFound {
      return page(.notFound)
    } catch let error as HTTPError {
      return page(
        Refusal(
          status: error.status, title: "That did not work", text: "The request cannot be answered as it is."))
    } catch {
      context.logger.error("\(request.method) failed", metadata: ["kind": "\(type(of: error))"])
      return page(
        Refusal(
          status: .internalServerError, title: "Something went wrong",
          text: "It is our fault, not yours. Try again in a minute."))
    }
  }

  private func page(_ refusal: Refusal) -> Response {
    frame.page(
      refusal.title, visit: nil, status: refusal.status,
      "<h1>\(refusal.title)</h1>\n<p>\(refusal.text)</p>\n<p><a class=\"button\" href=\"/\">To the shop</a></p>")
  }
}
