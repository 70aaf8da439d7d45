import Access
import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Obligations
import Primitives
import Storage
import Vault

/// Registers the operations of the API and the document that describes them.
struct OperationRoutes {
  let routes: Routes
  /// For programs: each has a rate of its own.
  private let rates: TokenBuckets

  init(routes: Routes) {
    self.routes = routes
    rates = TokenBuckets(surroundings: routes.rooms.surroundings)
  }

  func add(_ operations: [Operation]) {
    for operation in operations {
      routes.on(RouterPath("api/v1\(operation.path)"), operation.method, for: .members(operation.action)) {
        request, context in
        try await answer(operation, request, context)
      }
    }
    let document = OpenAPIDocument.json(of: operations).canonicalBytes
    routes.on("api/openapi.json", .get, for: .anybody) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
    }
  }

  private func answer(
    _ operation: Operation, _ request: Request, _ context: ConsoleRequestContext
  ) async throws -> Response {
    let visit: Visit
    do {
      visit = try await routes.gate.visit(request, context, for: operation.action)
    } catch let needed as Gate.ProofNeeded {
      throw needed.problem
    }
    if let rate = visit.session.rate {
      let bucket = TokenBuckets.Rate(perSecond: Double(rate), burst: Double(max(rate, 10)))
      guard rates.take(for: "\(visit.session.id)", bucket) else {
        return RateLimit.tooMany(
          "The key makes more than its \(rate) requests a second; wait and go on.", request, context)
      }
    }
    switch operation.work {
    case .events(let listen):
      return EventStream(try await listen(Operation.Call(visit: visit, body: .null))).response
    case .download(let give):
      return Self.response(try await translated { try await give(Operation.Call(visit: visit, body: .null)) })
    case .upload(let take):
      try routes.gate.expectOwn(Self.token(of: request), visit)
      return try await answer(
        { try await take($0, request.body) }, operation.status, Operation.Call(visit: visit, body: .null)
      ).response
    case .answer(let work) where operation.method == .get:
      return try await answer(work, operation.status, Operation.Call(visit: visit, body: .null)).response
    case .answer, .list: return try await change(operation, request, visit)
    }
  }

  /// Answers a request with a body.
  private func change(_ operation: Operation, _ request: Request, _ visit: Visit) async throws -> Response {
    try routes.gate.expectOwn(Self.token(of: request), visit)
    let bytes = try await request.body.collect(upTo: operation.longestBody).readableBytesView
    let work = try Self.work(of: operation, request, bytes, visit)
    @Sendable func perform() async throws -> Answer {
      Answer(status: operation.status, text: try await translated(work))
    }
    guard !operation.isQuestion, let key = HTTPField.Name("Idempotency-Key").flatMap({ request.headers[$0] }) else {
      return try await perform().response
    }
    guard (1...100).contains(key.utf8.count) else {
      throw Problem(.badRequest, "An Idempotency-Key has 1 to 100 bytes.")
    }
    let digest = Array(SHA256.hash(data: Array("\(operation.id) \(request.uri.string)\n".utf8) + bytes))
    return try await once(key, digest, visit) { try await perform() }
  }

  private static func token(of request: Request) -> String {
    HTTPField.Name("X-CSRF-Token").flatMap { request.headers[$0] } ?? ""
  }

  /// A file as an attachment: it is a stranger's, and never shown within the console.
  private static func response(_ file: Operation.File) -> Response {
    let body = ResponseBody(contentLength: file.size) { writer in
      for try await piece in file.pieces { try await writer.write(ByteBuffer(bytes: piece)) }
      try await writer.finish(nil)
    }
    return Response(
      status: .ok,
      headers: [
        .contentType: "application/octet-stream", .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
        .contentDisposition: "attachment; filename*=UTF-8''\(Routes.encoded(file.name))",
      ], body: body)
  }

  /// What is to be done with a body, which is checked before anything else happens; a long list while it is done.
  private static func work(
    of operation: Operation, _ request: Request, _ bytes: ByteBufferView, _ visit: Visit
  ) throws -> @Sendable () async throws -> [UInt8] {
    if operation.body != nil, !(request.headers[.contentType] ?? "").hasPrefix("application/json") {
      throw Problem(.unsupportedMediaType, "The body is sent as application/json.")
    }
    switch operation.work {
    case .answer(let work):
      let call = Operation.Call(visit: visit, body: try body(of: operation, bytes))
      return { try await work(call) }
    case .list(let member, let work):
      guard let schema = operation.body, let list = LongList(visit, bytes, member, of: schema) else { throw notJSON }
      return { try await work(list).canonicalBytes }
    case .events, .upload, .download: throw notJSON
    }
  }

  private static func body(of operation: Operation, _ bytes: ByteBufferView) throws -> JSON {
    guard let schema = operation.body else { return .null }
    guard let body = JSON(parsing: bytes) else { throw notJSON }
    if let fault = schema.fault(of: body) { throw problem(of: fault) }
    return body
  }

  static var notJSON: Problem { Problem(.badRequest, "The body is not JSON, or has fractions in it.") }

  static func problem(of fault: String) -> Problem { Problem(.unprocessableContent, "In the body, \(fault).") }

  private struct Answer: Sendable {
    let status: HTTPResponse.Status
    /// JSON text.
    let text: [UInt8]

    var response: Response {
      let body = status == .noContent ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: text))
      return Response(
        status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"], body: body)
    }
  }

  private func answer(
    _ work: @Sendable (Operation.Call) async throws -> [UInt8], _ status: HTTPResponse.Status, _ call: Operation.Call
  ) async throws -> Answer {
    Answer(status: status, text: try await translated { try await work(call) })
  }

  /// What a room refuses, as a problem.
  private func translated<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch let error as ObligationsError {
      throw Problem(Self.status(of: error), "\(error)")
    } catch let error as VaultError {
      throw Problem(Self.status(of: error), "\(error)".sentence)
    }
  }

  static func status(of error: VaultError) -> HTTPResponse.Status {
    switch error {
    case .undeclared, .unusableValue, .forbidden, .unusableMap: .unprocessableContent
    case .purposeRefused: .forbidden
    case .unknown: .notFound
    case .versionConflict, .taken, .held, .refused, .noMap: .conflict
    case .unusableRoot, .wrongPassphrase, .wrappedByAnotherRoot, .damaged, .noCryptography, .unusableBackup:
      .internalServerError
    }
  }

  static func status(of error: ObligationsError) -> HTTPResponse.Status {
    switch error {
    case .malformed, .refused: .unprocessableContent
    case .unknown: .notFound
    case .damaged: .internalServerError
    }
  }

  /// Performs a request once for a key. Whoever comes while it is worked on is told so. Where it is not known whether
  /// it was done, because a node died in the middle or the database was lost at the wrong moment, its mark stays, and
  /// nothing is done a second time under that key.
  private func once(
    _ key: String, _ digest: [UInt8], _ visit: Visit, _ work: @Sendable () async throws -> Answer
  ) async throws -> Response {
    let (database, member) = (routes.rooms.database, visit.session.member.id)
    let now = visit.now
    let known = try await database.write { transaction in
      try AnswerStore.claim(key, of: member, request: digest, at: now, transaction)
    }
    switch known {
    case .claimed: break
    case .answered(let status, let body):
      return Answer(status: HTTPResponse.Status(code: Int(status)), text: Array(body.utf8)).response
    case .beingWorkedOn: throw Problem(.conflict, "A request with this key is being worked on; ask again in a moment.")
    case .unanswered:
      throw Problem(
        .conflict,
        "A request with this key was begun, and its answer is lost. Look whether it was done; if not, use another key."
      )
    case .otherRequest: throw Problem(.unprocessableContent, "This Idempotency-Key was used for another request.")
    }
    let answer: Answer
    do {
      answer = try await work()
    } catch let problem as Problem {
      // It was refused, so nothing was done and the key is free again.
      await keep { try AnswerStore.forget(key, of: member, $0) }
      throw problem
    }
    let text = String(decoding: answer.text, as: UTF8.self)
    await keep { try AnswerStore.put(Int64(answer.status.code), text, for: key, of: member, $0) }
    return answer.response
  }

  /// Notes how a request ended, even when the client has hung up meanwhile. Where that fails the mark says that the
  /// end is not known, which keeps the deed from being repeated; that it is done, or refused, is the answer all the
  /// same.
  private func keep(_ note: @escaping @Sendable (WriteTransaction) throws -> Void) async {
    let database = routes.rooms.database
    try? await Task { try await database.write { try note($0) } }.value
  }
}
