import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Obligations
import Primitives
import Storage

/// Registers the operations of the API and the document that describes them.
struct OperationRoutes {
  let routes: Routes

  /// A body is no longer than this, in bytes.
  private static let longestBody = 1_200_000

  func add(_ operations: [Operation]) {
    for operation in operations {
      routes.on(RouterPath("api/v1\(operation.path)"), operation.method) { request, context in
        try await answer(operation, request, context)
      }
    }
    let document = OpenAPIDocument.json(of: operations).canonicalBytes
    routes.on("api/openapi.json", .get) { _, _ in
      Response(
        status: .ok, headers: [.contentType: "application/json", .cacheControl: "no-cache"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: document)))
    }
  }

  private func answer(
    _ operation: Operation, _ request: Request, _ context: ConsoleRequestContext
  ) async throws -> Response {
    let visit = try await routes.gate.visit(request, context, for: operation.action)
    guard operation.method != .get else { return try await perform(operation, visit, body: .null).response }
    let token = HTTPField.Name("X-CSRF-Token").flatMap { request.headers[$0] } ?? ""
    try routes.gate.expectOwn(token, visit)
    let bytes = Array(try await request.body.collect(upTo: Self.longestBody).readableBytesView)
    let body = try Self.body(of: operation, request, bytes)
    guard let key = HTTPField.Name("Idempotency-Key").flatMap({ request.headers[$0] }) else {
      return try await perform(operation, visit, body: body).response
    }
    guard (1...100).contains(key.utf8.count) else {
      throw Problem(.badRequest, "An Idempotency-Key has 1 to 100 bytes.")
    }
    let digest = Array(SHA256.hash(data: Array("\(operation.id) \(request.uri.string)\n".utf8) + bytes))
    return try await once(key, digest, visit) { try await perform(operation, visit, body: body) }
  }

  private static func body(of operation: Operation, _ request: Request, _ bytes: [UInt8]) throws -> JSON {
    guard let schema = operation.body else { return .null }
    guard (request.headers[.contentType] ?? "").hasPrefix("application/json") else {
      throw Problem(.unsupportedMediaType, "The body is sent as application/json.")
    }
    guard let body = JSON(parsing: bytes) else {
      throw Problem(.badRequest, "The body is not JSON, or has fractions in it.")
    }
    if let fault = schema.fault(of: body) { throw Problem(.unprocessableContent, "In the body, \(fault).") }
    return body
  }

  private struct Answer: Sendable {
    let status: HTTPResponse.Status
    let json: JSON

    var response: Response {
      let body =
        status == .noContent ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: json.canonicalBytes))
      return Response(
        status: status, headers: [.contentType: "application/json", .cacheControl: "no-store"], body: body)
    }
  }

  private func perform(_ operation: Operation, _ visit: Visit, body: JSON) async throws -> Answer {
    do {
      return Answer(
        status: operation.status, json: try await operation.perform(Operation.Call(visit: visit, body: body)))
    } catch let error as ObligationsError {
      throw Problem(Self.status(of: error), "\(error)")
    }
  }

  static func status(of error: ObligationsError) -> HTTPResponse.Status {
    switch error {
    case .malformed, .refused: .unprocessableContent
    case .unknown: .notFound
    case .damaged: .internalServerError
    }
  }

  /// Performs a request once for a key. Whoever comes while it is worked on is told so; a node that died in the middle
  /// leaves a mark that is forgotten after a minute.
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
      guard let json = JSON(parsing: Array(body.utf8)) else { throw ConsoleError.damaged(what: "a kept answer") }
      return Answer(status: HTTPResponse.Status(code: Int(status)), json: json).response
    case .beingWorkedOn: throw Problem(.conflict, "A request with this key is being worked on; ask again in a moment.")
    case .otherRequest: throw Problem(.unprocessableContent, "This Idempotency-Key was used for another request.")
    }
    do {
      let answer = try await work()
      let text = String(decoding: answer.json.canonicalBytes, as: UTF8.self)
      try await database.write { transaction in
        try AnswerStore.put(Int64(answer.status.code), text, for: key, of: member, transaction)
      }
      return answer.response
    } catch {
      // Nothing was done, so the key is free again.
      try await database.write { try AnswerStore.forget(key, of: member, $0) }
      throw error
    }
  }
}
