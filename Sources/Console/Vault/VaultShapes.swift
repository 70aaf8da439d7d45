import Primitives
import Vault

/// How what the vault holds stands in JSON.
enum VaultShapes {
  static let purpose = Schema.member("purpose", .text("Why: a data use that the data map declares."))

  static let fields = Schema.map(
    .any("A value as its field declares it: text, a number, true or false, or an address in parts."),
    "Values by the names of their fields.")

  static let newRecord = Schema.object(
    [Schema.member("collection", .text("Such as profile.")), Schema.member("fields", fields)], "A record to be stored.")

  static let receipt = Schema.object(
    [
      Schema.member("collection", .text("The collection.")), Schema.member("record", .text("Its identity.")),
      Schema.member("version", .integer("Its version.")),
      Schema.member("tokens", .map(.text("A token."), "What the shop keeps in the values' place, by field.")),
    ], "Where a record was stored.")

  static func json(_ receipt: RecordReceipt) -> JSON {
    [
      "collection": .string(receipt.collection), "record": .string("\(receipt.id)"),
      "version": .integer(receipt.version), "tokens": .object(receipt.tokens.mapValues { .string($0) }),
    ]
  }

  static let subject = Schema.object(
    [
      Schema.member("subject", .text("By which the shop knows the customer from now on.")),
      Schema.member("records", .list(receipt, "Where each record was stored, in the order of the request.")),
    ], "A subject that was stored.")

  static func json(_ receipt: SubjectReceipt) -> JSON {
    ["subject": .string("\(receipt.subject)"), "records": .array(receipt.records.map { json($0) })]
  }

  static let record = Schema.object(
    [
      Schema.member("subject", .text("Whose it is.")), Schema.member("collection", .text("The collection.")),
      Schema.member("record", .text("Its identity.")), Schema.member("version", .integer("Its version.")),
      Schema.member("made", .time("When it was stored.")), Schema.member("changed", .time("When it was changed last.")),
      Schema.member("fields", fields),
      Schema.member("masked", .list(.text("A field."), "Fields that are shown in part.")),
      Schema.member("withheld", .list(.text("A field."), "Fields that are there and not for this purpose.")),
    ], "A record, for a purpose.")

  static func write(_ records: [OpenedRecord], as name: String, to answer: inout JSONWriter) {
    answer.name(name)
    answer.array { list in
      for record in records { list.object { write(record, to: &$0) } }
    }
  }

  private static func write(_ record: OpenedRecord, to answer: inout JSONWriter) {
    answer.member("subject", .string("\(record.subject)"))
    answer.member("collection", .string(record.collection))
    answer.member("record", .string("\(record.id)"))
    answer.member("version", .integer(record.version))
    answer.member("made", .string(record.made.rfc3339))
    answer.member("changed", .string(record.changed.rfc3339))
    answer.name("fields")
    answer.object { record.fields.write(to: &$0) }
    answer.member("masked", .array(record.masked.map { .string($0) }))
    answer.member("withheld", .array(record.withheld.map { .string($0) }))
  }

  static let kept = Schema.object(
    [
      Schema.member("collection", .text("The collection.")), Schema.member("field", .text("The field.")),
      Schema.member("reason", .text("Why it has to be kept.")),
      Schema.member("until", .nullable(.time("Until when; null while no end is in sight."))),
    ], "Something that has to be kept.")

  static let erasure = Schema.object(
    [
      Schema.member("pseudonym", .text("What stands for the person in the ledger; it leads to nobody.")),
      Schema.member("at", .time("When.")),
      Schema.member("entry", .text("The entry of the ledger; /ledger proves it once it is published.")),
      Schema.member("records", .integer("How many records are gone.")),
      Schema.member("kept", .list(kept, "What had to stay; empty where everything is gone.")),
    ], "What came of a wish to be forgotten.")

  static func json(_ receipt: ErasureReceipt) -> JSON {
    [
      "pseudonym": .string(receipt.pseudonym), "at": .string(receipt.at.rfc3339), "entry": .string("\(receipt.entry)"),
      "records": .integer(Int64(receipt.records)),
      "kept": .array(
        receipt.kept.map { kept in
          [
            "collection": .string(kept.collection), "field": .string(kept.field), "reason": .string(kept.reason),
            "until": RegisterShapes.time(kept.until),
          ]
        }),
    ]
  }

  static let job = Schema.object(
    [
      Schema.member("job", .text("Its identity.")),
      Schema.member("kind", .choice(VaultJob.Kind.allCases.map(\.rawValue), "What it does.")),
      Schema.member("state", .choice(VaultJob.State.allCases.map(\.rawValue), "How it stands.")),
      Schema.member("done", .integer("How much is done.")), Schema.member("total", .integer("Of how much, about.")),
      Schema.member("begun", .time("When it was begun.")),
      Schema.member("ended", .nullable(.time("When it ended."))),
    ], "Long work in the background.")

  static func json(_ job: VaultJob) -> JSON {
    [
      "job": .string("\(job.id)"), "kind": .string(job.kind.rawValue), "state": .string(job.state.rawValue),
      "done": .integer(job.done), "total": .integer(job.total), "begun": .string(job.begun.rfc3339),
      "ended": RegisterShapes.time(job.ended),
    ]
  }

  static let unlock = Schema.object(
    [
      Schema.member("unlock", .text("Its identity.")), Schema.member("purpose", .text("For what.")),
      Schema.member("reason", .text("Why.")), Schema.member("askedBy", .text("Who asked.")),
      Schema.member("asked", .time("When.")), Schema.member("approvedBy", .nullable(.text("Who approved it."))),
      Schema.member("ends", .nullable(.time("When it ends."))),
      Schema.member("records", .integer("How many records were read under it.")),
    ], "Leave to read in bulk.")

  static func json(_ unlock: BulkUnlock) -> JSON {
    [
      "unlock": .string("\(unlock.id)"), "purpose": .string(unlock.purpose), "reason": .string(unlock.reason),
      "askedBy": .string(unlock.askedBy), "asked": .string(unlock.asked.rfc3339),
      "approvedBy": unlock.approvedBy.map { .string($0) } ?? .null, "ends": RegisterShapes.time(unlock.ends),
      "records": .integer(unlock.records),
    ]
  }
}
