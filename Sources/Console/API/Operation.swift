import HTTPTypes
import Primitives

/// One operation of the API. From this one declaration come the route, its checks and its part of the OpenAPI document.
struct Operation: Sendable {
  struct Parameter: Sendable {
    enum Place: String, Sendable { case path, query }

    let name: String
    let place: Place
    let schema: Schema

    static func path(_ name: String, _ meaning: String) -> Parameter {
      Parameter(name: name, place: .path, schema: .text(meaning))
    }

    static func query(_ name: String, _ schema: Schema) -> Parameter {
      Parameter(name: name, place: .query, schema: schema)
    }

    /// The two that every list takes.
    static let paging: [Parameter] = [
      .query("after", .text("The `next` of the page before.")),
      .query("limit", .integer("How many items a page has: 1 to 500, 100 by default.")),
    ]
  }

  /// What is asked of an operation, checked against its declaration.
  struct Call: Sendable {
    let visit: Visit
    /// `.null` for an operation without a body.
    let body: JSON

    /// A page of a list that is whole in memory, with the cursor of the next: the place in the list.
    /// - Throws: ``Problem`` for a cursor or limit that is none.
    func page(of items: [JSON]) throws -> JSON {
      let limit = try visit.query("limit").map { try number($0, "limit") } ?? 100
      let start = try visit.query("after").map { try number($0, "after") } ?? 0
      guard (1...500).contains(limit) else { throw Problem(.badRequest, "'limit' is 1 to 500.") }
      let end = min(items.count, start.addingReportingOverflow(limit).partialValue)
      guard start < end else { return ["items": [], "next": .null] }
      return [
        "items": .array(Array(items[start..<end])), "next": end < items.count ? .string(String(end)) : .null,
      ]
    }

    private func number(_ text: String, _ name: String) throws(Problem) -> Int {
      guard let number = Int(text), (0...1_000_000_000).contains(number) else {
        throw Problem(.badRequest, "'\(name)' is a number; give it as it was given to you.")
      }
      return number
    }
  }

  let method: HTTPRequest.Method
  /// Below `/api/v1`, with parameters in braces.
  let path: String
  /// Its name in the document and in clients made from it.
  let id: String
  let tag: String
  let action: Action
  let summary: String
  var parameters: [Parameter] = []
  var body: Schema?
  var status: HTTPResponse.Status = .ok
  let answer: Schema
  let perform: @Sendable (Call) async throws -> JSON
}
