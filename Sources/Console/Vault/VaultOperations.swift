import Access
import HTTPTypes
import Journal
import Primitives
import Vault

/// The operations of the API with which a shop stores, reads, finds and forgets its customers' data.
struct VaultOperations {
  let vault: Vault
  let authorizer: any Authorizer

  var all: [Operation] {
    [addSubject, addSubjects, readSubject, addRecord, changeRecord, removeRecord, search]
      + [tokenise, detokenise, storeDocument, readDocument, noteEvent, forget] + VaultKeepingOperations(self).all
  }

  /// Who calls, for a purpose, as the policy in force decides.
  /// - Throws: ``Problem`` with status 403.
  func caller(_ call: Operation.Call, _ purpose: String, _ action: Action, at resource: String) throws -> VaultCaller {
    let visit = call.visit
    let decision = authorizer.decide(
      AccessRequest(
        principal: Principal(visit.session.member), action: action,
        resource: Resource(kind: "vault", name: resource),
        context: AccessContext(visit.session, at: visit.now, from: visit.context.address, purpose: purpose)))
    if case .deny(let denials) = decision {
      throw Problem(.forbidden, denials.map(\.description).joined(separator: " "))
    }
    return VaultCaller(
      author: try visit.session.member.author(), purpose: purpose, role: visit.session.member.role.id,
      seesMasked: visit.session.member.actions.contains(.reveal))
  }

  private func caller(_ call: Operation.Call, _ action: Action, at resource: String) throws -> VaultCaller {
    try caller(call, call.body["purpose"]?.text ?? call.visit.query("purpose") ?? "", action, at: resource)
  }

  static func identifier<Kind>(_ name: String, _ call: Operation.Call) throws -> Identifier<Kind> {
    guard let id = Identifier<Kind>(try call.visit.parameter(name)) else {
      throw Problem(.notFound, "There is no such \(name).")
    }
    return id
  }

  static func records(_ json: JSON?) -> [NewRecord] {
    guard case .array(let items)? = json else { return [] }
    return items.map { item in
      var fields: [String: JSON] = [:]
      if case .object(let members)? = item["fields"] { fields = members }
      return NewRecord(collection: item["collection"]?.text ?? "", fields: fields)
    }
  }

  private var addSubject: Operation {
    Operation(
      method: .post, path: "/vault/subjects", id: "addSubject", tag: "vault", action: .writeSubject,
      summary: "Stores a new subject with its records; the shop keeps the subject's name and the tokens.",
      body: .object(
        [VaultShapes.purpose, Schema.member("records", .list(VaultShapes.newRecord, "1 to 1,000 records."))],
        "A subject to be stored."), status: .created, answer: VaultShapes.subject
    ) { call in
      let stored = try await vault.add(
        [Self.records(call.body["records"])], by: caller(call, .writeSubject, at: "subjects"))
      guard let receipt = stored.first else { throw ConsoleError.damaged(what: "what was just stored") }
      return VaultShapes.json(receipt)
    }
  }

  private var addSubjects: Operation {
    let item = Schema.object(
      [Schema.member("records", .list(VaultShapes.newRecord, "Its records."))], "A subject to be stored.")
    return .taking(
      "subjects", path: "/vault/subjects/bulk", id: "addSubjects", tag: "vault", action: .writeSubject,
      summary: "Stores up to 5,000 new subjects, all or none.",
      body: .object(
        [VaultShapes.purpose, Schema.member("subjects", .list(item, "The subjects."))], "Subjects to be stored."),
      longestBody: 64 << 20, status: .created,
      answer: .object(
        [Schema.member("subjects", .list(VaultShapes.subject, "In the order of the request."))], "What was stored.")
    ) { list in
      let receipts = try await vault.add(by: list.visit.session.member.author()) { batch in
        let body = try list.forEach { number, subject in
          try batch.add(Self.records(subject["records"]), at: "subjects[\(number)].")
        }
        return try caller(Operation.Call(visit: list.visit, body: body), .writeSubject, at: "subjects")
      }
      return ["subjects": .array(receipts.map { VaultShapes.json($0) })]
    }
  }

  private var readSubject: Operation {
    .reading(
      path: "/vault/subjects/{subject}", id: "readSubject", tag: "vault", action: .readSubject,
      summary: "Reads what is held about a subject, as far as the purpose covers it.",
      parameters: [
        .path("subject", "The subject."), .query("purpose", .text("Why.")),
        .query("collection", .text("Of one collection only.")),
        .query("record", .text("One record of the collection only.")),
        .query("fields", .text("These fields of the collection only, with commas between them.")),
      ],
      answer: .object([Schema.member("records", .list(VaultShapes.record, "The records."))], "What is held.")
    ) { call, answer in
      let record = try call.visit.query("record").map { text throws(Problem) in
        guard let id = Identifier<VaultRecord>(text) else { throw Problem(.notFound, "There is no such record.") }
        return id
      }
      let selection = Vault.Selection(
        collection: call.visit.query("collection"), record: record,
        fields: call.visit.query("fields", most: 4_000)?.split(separator: ",").map { String($0) })
      let records = try await vault.read(
        try Self.identifier("subject", call), selection,
        by: caller(call, .readSubject, at: selection.collection ?? "subject"))
      answer.object { VaultShapes.write(records, as: "records", to: &$0) }
    }
  }

  private var addRecord: Operation {
    Operation(
      method: .post, path: "/vault/subjects/{subject}/records", id: "addRecord", tag: "vault", action: .writeSubject,
      summary: "Stores one more record of a subject.", parameters: [.path("subject", "The subject.")],
      body: .object(
        [
          VaultShapes.purpose, Schema.member("collection", .text("Such as orders.")),
          Schema.member("fields", VaultShapes.fields),
        ], "A record to be stored."), status: .created, answer: VaultShapes.receipt
    ) { call in
      guard case .object(let fields)? = call.body["fields"] else { return [:] }
      let collection = call.body["collection"]?.text ?? ""
      return VaultShapes.json(
        try await vault.add(
          NewRecord(collection: collection, fields: fields), to: try Self.identifier("subject", call),
          by: caller(call, .writeSubject, at: collection)))
    }
  }

  private static let place: [Operation.Parameter] = [
    .path("subject", "The subject."), .path("collection", "The collection."), .path("record", "The record."),
  ]

  private var changeRecord: Operation {
    Operation(
      method: .patch, path: "/vault/subjects/{subject}/records/{collection}/{record}", id: "changeRecord",
      tag: "vault", action: .writeSubject,
      summary: "Changes fields of a record; null takes one away, what is not named stays.", parameters: Self.place,
      body: .object(
        [
          VaultShapes.purpose, Schema.member("fields", VaultShapes.fields),
          Schema.optional("version", .integer("The version that was read: 409 when it is another by now.")),
        ], "What to change."), answer: VaultShapes.receipt
    ) { call in
      guard case .object(let fields)? = call.body["fields"] else { return [:] }
      var version: Int64?
      if case .integer(let number)? = call.body["version"] { version = number }
      let collection = try call.visit.parameter("collection")
      return VaultShapes.json(
        try await vault.change(
          try Self.identifier("record", call), in: collection, of: try Self.identifier("subject", call), to: fields,
          version: version, by: caller(call, .writeSubject, at: collection)))
    }
  }

  private var removeRecord: Operation {
    Operation(
      method: .delete, path: "/vault/subjects/{subject}/records/{collection}/{record}", id: "removeRecord",
      tag: "vault", action: .writeSubject,
      summary: "Takes a record away, unless it has to be kept.",
      parameters: Self.place + [
        .query("purpose", .text("Why.")), .query("version", .integer("The version that was read.")),
      ], status: .noContent, answer: .object([], "Nothing.")
    ) { call in
      let collection = try call.visit.parameter("collection")
      try await vault.remove(
        try Self.identifier("record", call), in: collection, of: try Self.identifier("subject", call),
        version: call.visit.query("version").flatMap { Int64($0) }, by: caller(call, .writeSubject, at: collection))
      return [:]
    }
  }

  private var search: Operation {
    let found = Schema.object(
      [
        Schema.member("subject", .text("The subject.")), Schema.member("collection", .text("The collection.")),
        Schema.member("record", .text("The record.")), Schema.member("version", .integer("Its version.")),
      ], "A record that has the values.")
    return Operation(
      method: .post, path: "/vault/search", id: "findRecords", tag: "vault", action: .findSubject,
      summary: "Finds records by the values of an index's fields, such as a profile by its e-mail address.",
      body: .object(
        [
          VaultShapes.purpose, Schema.member("collection", .text("The collection.")),
          Schema.member("where", VaultShapes.fields),
        ], "What to look for."), isQuestion: true,
      answer: .object([Schema.member("found", .list(found, "The records."))], "What was found.")
    ) { call in
      guard case .object(let wanted)? = call.body["where"] else { return [:] }
      let collection = call.body["collection"]?.text ?? ""
      let found = try await vault.find(
        in: collection, where: wanted, by: caller(call, .findSubject, at: collection))
      return [
        "found": .array(
          found.map {
            [
              "subject": .string("\($0.subject)"), "collection": .string($0.collection),
              "record": .string("\($0.record)"), "version": .integer($0.version),
            ]
          })
      ]
    }
  }

  private var tokenise: Operation {
    Operation(
      method: .post, path: "/vault/tokens", id: "tokenise", tag: "vault", action: .writeSubject,
      summary: "Gives the token of a field, and makes it where there is none yet.",
      body: .object(
        [
          VaultShapes.purpose, Schema.member("subject", .text("The subject.")),
          Schema.member("collection", .text("The collection.")), Schema.member("record", .text("The record.")),
          Schema.member("field", .text("The field.")),
          Schema.optional(
            "format",
            .choice(TokenFormat.allCases.map(\.rawValue), "What it looks like, where the data map does not say.")),
        ], "A field."), answer: .object([Schema.member("token", .text("The token."))], "A token.")
    ) { call in
      guard let subject = call.body["subject"]?.text.flatMap({ Identifier<Subject>($0) }),
        let record = call.body["record"]?.text.flatMap({ Identifier<VaultRecord>($0) })
      else { throw Problem(.notFound, "There is no such subject or record.") }
      let collection = call.body["collection"]?.text ?? ""
      let token = try await vault.tokenise(
        call.body["field"]?.text ?? "", of: record, in: collection, of: subject,
        as: call.body["format"]?.text.flatMap { TokenFormat(rawValue: $0) },
        by: caller(call, .writeSubject, at: collection))
      return ["token": .string(token)]
    }
  }

  private var detokenise: Operation {
    let value = Schema.object(
      [
        Schema.member("token", .text("The token.")), Schema.member("subject", .text("Whose value it is.")),
        Schema.member("collection", .text("The collection.")), Schema.member("record", .text("The record.")),
        Schema.member("field", .text("The field.")), Schema.member("value", .any("The value.")),
        Schema.member("masked", .boolean("Whether it is shown in part.")),
      ], "What a token stands for.")
    return Operation(
      method: .post, path: "/vault/tokens/values", id: "detokenise", tag: "vault", action: .readSubject,
      summary: "Gives the values that up to 1,000 tokens stand for; unknown ones are left out.",
      body: .object(
        [VaultShapes.purpose, Schema.member("tokens", .list(.text("A token."), "The tokens."))], "Tokens."),
      isQuestion: true,
      answer: .object([Schema.member("values", .list(value, "What is known."))], "Values.")
    ) { call in
      guard case .array(let tokens)? = call.body["tokens"] else { return [:] }
      let values = try await vault.detokenise(
        tokens.compactMap(\.text), by: caller(call, .readSubject, at: "tokens"))
      return [
        "values": .array(
          values.map {
            [
              "token": .string($0.token), "subject": .string("\($0.subject)"), "collection": .string($0.collection),
              "record": .string("\($0.record)"), "field": .string($0.field), "value": $0.value,
              "masked": .bool($0.isMasked),
            ]
          })
      ]
    }
  }

  private var noteEvent: Operation {
    Operation(
      method: .post, path: "/vault/subjects/{subject}/events", id: "noteEvent", tag: "vault", action: .writeSubject,
      summary: "Notes that something happened to a subject, from which retention counts.",
      parameters: [.path("subject", "The subject.")],
      body: .object(
        [
          Schema.member("event", .text("As the data map names it, such as account-closed.")),
          Schema.member("at", .time("When it happened.")),
        ], "Something that happened."), status: .noContent, answer: .object([], "Nothing.")
    ) { call in
      guard let at = call.body["at"]?.text.flatMap({ Instant(rfc3339: $0) }) else { return [:] }
      try await vault.note(
        SubjectEvent(name: call.body["event"]?.text ?? "", at: at), of: try Self.identifier("subject", call),
        by: call.visit.session.member.author())
      return [:]
    }
  }

  private var forget: Operation {
    Operation(
      method: .post, path: "/vault/subjects/{subject}/erasure", id: "forgetSubject", tag: "vault",
      action: .forgetSubject,
      summary: "Forgets a subject: destroys the key and deletes what is held, but for what has to be kept.",
      parameters: [.path("subject", "The subject.")],
      body: .object(
        [Schema.member("reason", .text("A word for the ledger, such as request."))], "Why."),
      answer: VaultShapes.erasure
    ) { call in
      VaultShapes.json(
        try await vault.forget(
          try Self.identifier("subject", call), reason: call.body["reason"]?.text ?? "",
          by: call.visit.session.member.author()))
    }
  }

  // MARK: Documents

  private static let document = Schema.object(
    [
      Schema.member("name", .text("As the shop called it.")), Schema.member("type", .text("Its media type.")),
      Schema.member("bytes", .integer("How long it is.")),
    ], "A document.")

  private var storeDocument: Operation {
    .upload(
      path: "/vault/subjects/{subject}/records/{collection}/{record}/documents/{field}", id: "storeDocument",
      tag: "vault", action: .writeSubject,
      summary: "Stores the body as a document in a field of a record: 50 MB at most.",
      parameters: Self.place + [
        .path("field", "The field."), .query("purpose", .text("Why.")), .query("name", .text("The document's name.")),
        .query("type", .text("Its media type.")),
      ], longestBody: 50 << 20, answer: Self.document
    ) { call, body in
      let collection = try call.visit.parameter("collection")
      let stored = try await vault.store(
        body.mapToBytes, named: call.visit.query("name") ?? "document",
        type: call.visit.query("type") ?? "application/octet-stream", in: try call.visit.parameter("field"),
        of: try Self.identifier("record", call), collection, try Self.identifier("subject", call),
        by: caller(call, .writeSubject, at: collection))
      return ["name": .string(stored.name), "type": .string(stored.type), "bytes": .integer(Int64(stored.size))]
    }
  }

  private var readDocument: Operation {
    .download(
      path: "/vault/subjects/{subject}/records/{collection}/{record}/documents/{field}", id: "readDocument",
      tag: "vault", action: .readSubject, summary: "Reads a document.",
      parameters: Self.place + [.path("field", "The field."), .query("purpose", .text("Why."))]
    ) { call in
      let collection = try call.visit.parameter("collection")
      let (document, pieces) = try await vault.document(
        in: try call.visit.parameter("field"), of: try Self.identifier("record", call), collection,
        try Self.identifier("subject", call), by: caller(call, .readSubject, at: collection))
      return Operation.File(name: document.name, type: document.type, size: document.size, pieces: pieces)
    }
  }
}
