import Access
import HTTPTypes
import Hummingbird
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

    /// A page of a list that is whole in memory, sorted by a key, with the cursor of the next.
    /// - Throws: ``Problem`` for a cursor or limit that is none.
    func page<Item>(of items: [Item], by key: (Item) -> SortKey, as json: (Item) -> JSON) throws -> JSON {
      let limit = try limit
      let cursor = try visit.query("after", most: SortKey.longestCursor).map { text throws(Problem) in
        guard let cursor = SortKey(cursor: text) else {
          throw Problem(.badRequest, "'after' is what 'next' of the page before said.")
        }
        return cursor
      }
      let following = Self.numbered(items.map { (key: key($0), item: $0) }).filter { item in
        cursor.map { $0 < item.key } ?? true
      }
      let shown = following.prefix(limit)
      let next = following.count > limit ? shown.last?.key.cursor : nil
      return ["items": .array(shown.map { json($0.item) }), "next": next.map { .string($0) } ?? .null]
    }

    /// How many items a page has.
    /// - Throws: ``Problem`` for a number that is none.
    var limit: Int {
      get throws(Problem) {
        guard let text = visit.query("limit") else { return 100 }
        guard let limit = Int(text), (1...500).contains(limit) else {
          throw Problem(.badRequest, "'limit' is 1 to 500.")
        }
        return limit
      }
    }

    /// Sorted, and items of one key told apart, so that none is lost between two pages.
    private static func numbered<Item>(_ items: [(key: SortKey, item: Item)]) -> [(key: SortKey, item: Item)] {
      var (last, count) = (SortKey?.none, 0)
      return items.enumerated().sorted { ($0.element.key, $0.offset) < ($1.element.key, $1.offset) }.map { _, item in
        count = item.key == last ? count + 1 : 0
        last = item.key
        return (item.key.numbered(count), item.item)
      }
    }
  }

  /// What an operation does.
  enum Work: Sendable {
    /// Gives JSON text.
    case answer(@Sendable (Call) async throws -> [UInt8])
    /// Takes a body with a list so long that its items are read one by one.
    case list(String, @Sendable (LongList) async throws -> JSON)
    /// Tells of one event after another for as long as somebody listens.
    case events(@Sendable (Call) async throws -> AsyncStream<JSON>)
    /// Takes a file as the body.
    case upload(@Sendable (Call, RequestBody) async throws -> [UInt8])
    /// Gives a file.
    case download(@Sendable (Call) async throws -> File)
  }

  /// A file on its way out.
  struct File: Sendable {
    let name: String
    /// Its media type, as whoever stored it said.
    let type: String
    let size: Int
    let pieces: AsyncThrowingStream<[UInt8], any Error>
  }

  let method: HTTPRequest.Method
  /// Below `/api/v1`, with parameters in braces.
  let path: String
  /// Its name in the document and in clients made from it.
  let id: String
  let tag: String
  let action: Action
  let summary: String
  let parameters: [Parameter]
  let body: Schema?
  let status: HTTPResponse.Status
  /// The shape of the answer, or of each event.
  let answer: Schema
  let work: Work
  /// A body is no longer than this, in bytes.
  let longestBody: Int
  /// Whether it changes nothing although it is a POST, because what is asked for must not stand in an address. Its answer
  /// is not kept for a repetition.
  let isQuestion: Bool

  /// Where nothing else is said a body is no longer, in bytes.
  static let usualBody = 1_200_000

  init(
    method: HTTPRequest.Method, path: String, id: String, tag: String, action: Action, summary: String,
    parameters: [Parameter] = [], body: Schema? = nil, longestBody: Int = usualBody, isQuestion: Bool = false,
    status: HTTPResponse.Status = .ok, answer: Schema,
    perform: @escaping @Sendable (Call) async throws -> JSON
  ) {
    self.init(
      method, path, id, tag, action, summary, parameters, body, status, answer,
      .answer { try await perform($0).canonicalBytes }, longestBody, isQuestion)
  }

  /// An operation that writes its answer itself, because it gives very much, very often.
  static func reading(
    path: String, id: String, tag: String, action: Action, summary: String, parameters: [Parameter], answer: Schema,
    write: @escaping @Sendable (Call, inout JSONWriter) async throws -> Void
  ) -> Operation {
    let work: @Sendable (Call) async throws -> [UInt8] = { call in
      var writer = JSONWriter()
      try await write(call, &writer)
      return writer.finish()
    }
    return Operation(.get, path, id, tag, action, summary, parameters, nil, .ok, answer, .answer(work))
  }

  /// An operation that takes a list so long that its items are read one by one.
  /// - Parameter member: the list's name in the body.
  static func taking(
    _ member: String, path: String, id: String, tag: String, action: Action, summary: String, body: Schema,
    longestBody: Int, status: HTTPResponse.Status, answer: Schema,
    perform: @escaping @Sendable (LongList) async throws -> JSON
  ) -> Operation {
    Operation(.post, path, id, tag, action, summary, [], body, status, answer, .list(member, perform), longestBody)
  }

  /// An operation that tells of events (WHATWG HTML, server-sent events).
  static func events(
    path: String, id: String, tag: String, action: Action, summary: String, event: Schema,
    listen: @escaping @Sendable (Call) async throws -> AsyncStream<JSON>
  ) -> Operation {
    Operation(.get, path, id, tag, action, summary, [], nil, .ok, event, .events(listen))
  }

  /// An operation that takes a file.
  static func upload(
    path: String, id: String, tag: String, action: Action, summary: String, parameters: [Parameter],
    longestBody: Int, answer: Schema, take: @escaping @Sendable (Call, RequestBody) async throws -> JSON
  ) -> Operation {
    Operation(
      .put, path, id, tag, action, summary, parameters, nil, .ok, answer,
      .upload { try await take($0, $1).canonicalBytes }, longestBody)
  }

  /// An operation that gives a file.
  static func download(
    path: String, id: String, tag: String, action: Action, summary: String, parameters: [Parameter],
    give: @escaping @Sendable (Call) async throws -> File
  ) -> Operation {
    Operation(.get, path, id, tag, action, summary, parameters, nil, .ok, .text("The file."), .download(give))
  }

  private init(
    _ method: HTTPRequest.Method, _ path: String, _ id: String, _ tag: String, _ action: Action, _ summary: String,
    _ parameters: [Parameter], _ body: Schema?, _ status: HTTPResponse.Status, _ answer: Schema, _ work: Work,
    _ longestBody: Int = usualBody, _ isQuestion: Bool = false
  ) {
    (self.method, self.path, self.id, self.tag) = (method, path, id, tag)
    (self.action, self.summary, self.parameters, self.body) = (action, summary, parameters, body)
    (self.status, self.answer, self.work) = (status, answer, work)
    (self.longestBody, self.isQuestion) = (longestBody, isQuestion)
  }
}
