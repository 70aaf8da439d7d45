import Access
import HTTPTypes
import Primitives

/// The OpenAPI 3.1 document of a list of operations.
enum OpenAPIDocument {
  static func json(of operations: [Operation]) -> JSON {
    let paths = Dictionary(grouping: operations, by: \.path).map { path, operations in
      let members = operations.map { ($0.method.rawValue.lowercased(), json(of: $0)) }
      return ("/api/v1\(path)", JSON.object(Dictionary(members, uniquingKeysWith: { $1 })))
    }
    return [
      "openapi": "3.1.0",
      "info": [
        "title": "Surety", "version": .string(ConsoleResources.version),
        "summary": "A shop's cybersecurity obligations: what is owed, how it stands, and the evidence.",
        "license": ["name": "Apache-2.0", "identifier": "Apache-2.0"],
      ],
      "servers": [["url": "/"]],
      "paths": .object(Dictionary(paths, uniquingKeysWith: { $1 })),
      "components": [
        "securitySchemes": [
          "session": [
            "type": "apiKey", "in": "cookie", "name": .string(Gate.cookieName),
            "description": "The session of a member. Whatever changes something carries its token as X-CSRF-Token too.",
          ],
          "key": ["type": "http", "scheme": "bearer", "description": "The key of a program."],
        ],
        "schemas": ["Problem": problem.json],
      ],
      "security": [["session": []], ["key": []]],
    ]
  }

  private static func json(of operation: Operation) -> JSON {
    var members: [String: JSON] = [
      "operationId": .string(operation.id), "summary": .string(operation.summary), "tags": [.string(operation.tag)],
      "description": .string("Needs the action `\(operation.action.rawValue)`."),
      "responses": .object(responses(of: operation)),
    ]
    var parameters = operation.parameters.map { parameter -> JSON in
      [
        "name": .string(parameter.name), "in": .string(parameter.place.rawValue), "schema": parameter.schema.json,
        "required": .bool(parameter.place == .path),
      ]
    }
    if operation.method == .post, !operation.isQuestion { parameters.append(idempotencyKey) }
    if !parameters.isEmpty { members["parameters"] = .array(parameters) }
    if let body = operation.body {
      members["requestBody"] = ["required": true, "content": ["application/json": ["schema": body.json]]]
    }
    if case .upload = operation.work {
      members["requestBody"] = ["required": true, "content": ["application/octet-stream": [:]]]
    }
    return .object(members)
  }

  private static func responses(of operation: Operation) -> [String: JSON] {
    var responses: [String: JSON] = [
      String(operation.status.code): [
        "description": .string(operation.status.reasonPhrase),
        "content": .object([mediaType(of: operation): ["schema": operation.answer.json]]),
      ],
      "default": [
        "description": "A problem (RFC 9457).",
        "content": ["application/problem+json": ["schema": ["$ref": "#/components/schemas/Problem"]]],
      ],
    ]
    if operation.status == .noContent { responses["204"] = ["description": "Done."] }
    return responses
  }

  private static func mediaType(of operation: Operation) -> String {
    switch operation.work {
    case .answer, .list, .upload: "application/json"
    case .events: "text/event-stream"
    case .download: "application/octet-stream"
    }
  }

  private static let idempotencyKey: JSON = [
    "name": "Idempotency-Key", "in": "header", "required": false,
    "schema": [
      "type": "string", "maxLength": 100,
      "description": """
      The same key with the same request gets the same answer; nothing is done twice. Kept for a day. 409 says that it \
      is being worked on, or that it is not known whether it was done: then look, and use another key.
      """,
    ],
  ]

  private static let problem = Schema.object(
    [
      .init(name: "type", schema: .text("Always about:blank."), isRequired: true),
      .init(name: "title", schema: .text("The status in words."), isRequired: true),
      .init(name: "status", schema: .integer("The HTTP status."), isRequired: true),
      .init(name: "detail", schema: .text("What happened and what to do."), isRequired: true),
    ], "What went wrong.")
}
