import Hummingbird

/// An answer that is no: what the customer is told.
struct Refusal: Error {
  let status: HTTPResponse.Status
  let title: String
  let text: String

  static let notFound = Refusal(
    status: .notFound, title: "Page not found", text: "There is nothing at this address. The teas are still there.")
  static let forged = Refusal(
    status: .forbidden, title: "That did not come from here",
    text: "The form was too old or not from this shop, so nothing was done. Go back, load the page again and retry.")
}
