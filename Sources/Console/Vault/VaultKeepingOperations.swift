import Access
import HTTPTypes
import Journal
import Primitives
import Vault

/// The operations with which the vault itself is looked after: its map, its keys, retention, holds, and reading in bulk.
struct VaultKeepingOperations {
  private let vault: Vault
  private let operations: VaultOperations

  init(_ operations: VaultOperations) { (vault, self.operations) = (operations.vault, operations) }

  var all: [Operation] {
    [map, adoptMap, jobs, beginJob, changeJob, previewRetention, holds, hold, endHold]
      + [unlocks, askToUnlock, approve, endUnlock, readBulk]
  }

  private var map: Operation {
    Operation(
      method: .get, path: "/vault/map", id: "getDataMap", tag: "vault", action: .read,
      summary: "The data map in force, as it was written.",
      answer: .object(
        [
          Schema.member("version", .nullable(.integer("Null while there is none."))),
          Schema.member("yaml", .nullable(.text("fideslang, with Surety's own under surety_meta."))),
          Schema.member("adopted", .nullable(.time("When it was put in force."))),
          Schema.member("warnings", .list(.text("A warning."), "What was read otherwise than it was written.")),
        ], "A data map.")
    ) { [vault] _ in
      let map = try await vault.map()
      return [
        "version": map.map { .integer($0.version) } ?? .null, "yaml": map.map { .string($0.map.text) } ?? .null,
        "adopted": RegisterShapes.time(map?.adopted), "warnings": Self.warnings(of: map?.map),
      ]
    }
  }

  private static func warnings(of map: DataMap?) -> JSON {
    .array((map?.warnings ?? []).map { .string("line \($0.line): \($0.text)") })
  }

  private var adoptMap: Operation {
    let names = Schema.list(.text("A part of the map."), "Parts of the map.")
    return Operation(
      method: .post, path: "/vault/map", id: "adoptDataMap", tag: "vault", action: .keepVault,
      summary: "Puts a data map in force, or says what that would change.",
      body: .object(
        [
          Schema.member("yaml", .text("The map.")),
          Schema.optional("dryRun", .boolean("Only say what would change.")),
        ], "A data map."),
      answer: .object(
        [
          Schema.member("version", .nullable(.integer("Its version; null for a dry run."))),
          Schema.member("added", names), Schema.member("removed", names), Schema.member("changed", names),
          Schema.member("warnings", .list(.text("A warning."), "What was read otherwise than it was written.")),
        ], "What changes.")
    ) { [vault] call in
      let map = try DataMap(yaml: Array((call.body["yaml"]?.text ?? "").utf8), file: "the data map")
      let difference = try await vault.difference(to: map)
      var version: JSON = .null
      if call.body["dryRun"] != true {
        version = .integer(try await vault.adopt(map, by: call.visit.session.member.author()))
      }
      func list(_ names: [String]) -> JSON { .array(names.map { .string($0) }) }
      return [
        "version": version, "added": list(difference.added), "removed": list(difference.removed),
        "changed": list(difference.changed), "warnings": Self.warnings(of: map),
      ]
    }
  }

  private var jobs: Operation {
    Operation(
      method: .get, path: "/vault/jobs", id: "listVaultJobs", tag: "vault", action: .read,
      summary: "Long work on the vault, the newest first.",
      answer: .object([Schema.member("jobs", .list(VaultShapes.job, "The newest 100."))], "Jobs.")
    ) { [vault] _ in ["jobs": .array(try await vault.jobs().map { VaultShapes.json($0) })] }
  }

  private var beginJob: Operation {
    Operation(
      method: .post, path: "/vault/jobs", id: "beginVaultJob", tag: "vault", action: .keepVault,
      summary: "Begins the rotation of the platform's key, or a retention run.",
      body: .object(
        [Schema.member("kind", .choice(["rotation", "retention"], "What to do."))], "A job."), status: .created,
      answer: VaultShapes.job
    ) { [vault] call in
      let author = try call.visit.session.member.author()
      let isRotation = call.body["kind"]?.text == "rotation"
      return VaultShapes.json(
        isRotation ? try await vault.beginRotation(by: author) : try await vault.beginRetention(by: author))
    }
  }

  private var changeJob: Operation {
    Operation(
      method: .patch, path: "/vault/jobs/{job}", id: "changeVaultJob", tag: "vault", action: .keepVault,
      summary: "Stops a job after the batch it is at, or lets it go on.", parameters: [.path("job", "The job.")],
      body: .object([Schema.member("state", .choice(["running", "stopped"], "How it is to stand."))], "A state."),
      status: .noContent, answer: .object([], "Nothing.")
    ) { [vault] call in
      try await vault.set(
        try VaultOperations.identifier("job", call), running: call.body["state"]?.text == "running",
        by: call.visit.session.member.author())
      return [:]
    }
  }

  private var previewRetention: Operation {
    let counts = Schema.map(.integer("How many."), "By collection.")
    return Operation(
      method: .get, path: "/vault/retention", id: "previewRetention", tag: "vault", action: .read,
      summary: "What a retention run would do now; nothing is changed.",
      answer: .object(
        [
          Schema.member("records", counts), Schema.member("fields", counts),
          Schema.member("held", .integer("Records that a legal hold keeps.")),
          Schema.member("forgotten", .integer("Subjects of whom nothing would be left.")),
          Schema.member("more", .boolean("Whether there is more than the 10,000 records that were looked at.")),
        ], "What would go.")
    ) { [vault] _ in
      let summary = try await vault.previewRetention()
      func json(_ counts: [String: Int]) -> JSON { .object(counts.mapValues { .integer(Int64($0)) }) }
      return [
        "records": json(summary.deletedRecords), "fields": json(summary.deletedFields),
        "held": .integer(Int64(summary.held)), "forgotten": .integer(Int64(summary.forgotten)),
        "more": .bool(summary.hasMore),
      ]
    }
  }

  // MARK: Holds

  private static let hold = Schema.object(
    [
      Schema.member("hold", .text("Its identity.")), Schema.member("subject", .text("Whose data it keeps.")),
      Schema.member("reason", .text("Why.")), Schema.member("author", .text("Who set it.")),
      Schema.member("made", .time("When.")),
    ], "A legal hold.")

  private static func json(_ hold: LegalHold) -> JSON {
    [
      "hold": .string("\(hold.id)"), "subject": .string("\(hold.subject)"), "reason": .string(hold.reason),
      "author": .string(hold.author), "made": .string(hold.made.rfc3339),
    ]
  }

  private var holds: Operation {
    Operation(
      method: .get, path: "/vault/holds", id: "listHolds", tag: "vault", action: .forgetSubject,
      summary: "The legal holds in force, the newest first.",
      answer: .object([Schema.member("holds", .list(Self.hold, "The newest 500."))], "Holds.")
    ) { [vault] _ in ["holds": .array(try await vault.holds().map { Self.json($0) })] }
  }

  private var hold: Operation {
    Operation(
      method: .post, path: "/vault/holds", id: "setHold", tag: "vault", action: .forgetSubject,
      summary: "Keeps everything about a subject from being deleted until the hold is ended.",
      body: .object(
        [Schema.member("subject", .text("The subject.")), Schema.member("reason", .text("Why; it names nobody."))],
        "A hold."), status: .created, answer: Self.hold
    ) { [vault] call in
      guard let subject = call.body["subject"]?.text.flatMap({ Identifier<Subject>($0) }) else {
        throw Problem(.notFound, "There is no such subject.")
      }
      return Self.json(
        try await vault.hold(
          subject, reason: call.body["reason"]?.text ?? "", by: call.visit.session.member.author()))
    }
  }

  private var endHold: Operation {
    Operation(
      method: .delete, path: "/vault/holds/{hold}", id: "endHold", tag: "vault", action: .forgetSubject,
      summary: "Ends a legal hold.", parameters: [.path("hold", "The hold.")], status: .noContent,
      answer: .object([], "Nothing.")
    ) { [vault] call in
      try await vault.endHold(
        try VaultOperations.identifier("hold", call), by: call.visit.session.member.author())
      return [:]
    }
  }

  // MARK: Reading in bulk

  private var unlocks: Operation {
    Operation(
      method: .get, path: "/vault/unlocks", id: "listUnlocks", tag: "vault", action: .readMembers,
      summary: "Who asked for leave to read in bulk, who gave it, and how much was read; the newest first.",
      answer: .object([Schema.member("unlocks", .list(VaultShapes.unlock, "The newest 100."))], "Leave.")
    ) { [vault] _ in ["unlocks": .array(try await vault.unlocks().map { VaultShapes.json($0) })] }
  }

  private var askToUnlock: Operation {
    Operation(
      method: .post, path: "/vault/unlocks", id: "askToUnlock", tag: "vault", action: .readBulk,
      summary: "Asks for leave to read in bulk; another member has to give it.",
      body: .object([VaultShapes.purpose, Schema.member("reason", .text("Why."))], "A request."),
      status: .created, answer: VaultShapes.unlock
    ) { [vault, operations] call in
      let caller = try operations.caller(call, call.body["purpose"]?.text ?? "", .readBulk, at: "bulk")
      return VaultShapes.json(try await vault.askToUnlock(reason: call.body["reason"]?.text ?? "", by: caller))
    }
  }

  private var approve: Operation {
    Operation(
      method: .post, path: "/vault/unlocks/{unlock}/approval", id: "approveUnlock", tag: "vault",
      action: .approveBulk, summary: "Gives leave to read in bulk, for 5 to 240 minutes.",
      parameters: [.path("unlock", "What was asked.")],
      body: .object([Schema.member("minutes", .integer("How long."))], "How long."), status: .noContent,
      answer: .object([], "Nothing.")
    ) { [vault] call in
      guard case .integer(let minutes)? = call.body["minutes"] else { return [:] }
      try await vault.approve(
        try VaultOperations.identifier("unlock", call), minutes: Int(clamping: minutes),
        by: call.visit.session.member.author())
      return [:]
    }
  }

  private var endUnlock: Operation {
    Operation(
      method: .delete, path: "/vault/unlocks/{unlock}", id: "endUnlock", tag: "vault", action: .approveBulk,
      summary: "Takes leave away at once, given or only asked for.",
      parameters: [.path("unlock", "What was asked.")], status: .noContent, answer: .object([], "Nothing.")
    ) { [vault] call in
      try await vault.endUnlock(
        try VaultOperations.identifier("unlock", call), by: call.visit.session.member.author())
      return [:]
    }
  }

  private var readBulk: Operation {
    .reading(
      path: "/vault/records", id: "readRecords", tag: "vault", action: .readBulk,
      summary: "Reads the records of everybody, page by page, under leave that another member gave.",
      parameters: [.query("unlock", .text("The leave.")), .query("purpose", .text("For what it was given."))]
        + Operation.Parameter.paging, answer: Schema.page(of: VaultShapes.record)
    ) { [vault, operations] call, answer in
      guard let unlock = call.visit.query("unlock").flatMap({ Identifier<BulkUnlock>($0) }) else {
        throw Problem(.notFound, "There is no such leave.")
      }
      let caller = try operations.caller(call, call.visit.query("purpose") ?? "", .readBulk, at: "bulk")
      let (records, next) = try await vault.readBulk(
        under: unlock, after: call.visit.query("after", most: 400), limit: try call.limit, by: caller)
      answer.object {
        VaultShapes.write(records, as: "items", to: &$0)
        $0.member("next", next.map { .string($0) } ?? .null)
      }
    }
  }
}
