import Access
import HTTPTypes
import Obligations
import Primitives

/// The operations on what is owed and how it stands.
struct RegisterOperations {
  let register: ObligationRegister

  var all: [Operation] { [overview, duties, duty, requirements, deadlines, changes, profile, putProfile] }

  private var overview: Operation {
    let counts = Schema.object(
      Standing.allCases.map { Schema.member($0.rawValue, .integer("So many.")) }, "How many stand how.")
    return Operation(
      method: .get, path: "/overview", id: "getOverview", tag: "register", action: .read,
      summary: "How many duties and obligations stand how.",
      answer: .object(
        [
          Schema.member("platform", .nullable(.text("What the shop is called."))),
          Schema.member("catalogue", .text("The edition of the catalogue.")), Schema.member("duties", counts),
          Schema.member("obligations", counts),
          Schema.member("undecided", .integer("Requirements for which the profile lacks a fact.")),
        ], "The overview.")
    ) { [register] call in
      let (book, profile) = try await register.book()
      let applicable = profile.map {
        Applicability(of: book.catalogue, to: $0, on: CalendarDate(at: call.visit.now))
      }
      return [
        "platform": RegisterShapes.text(profile?.platform), "catalogue": .string(book.catalogue.version),
        "duties": Self.counts(book.catalogue.duties.map { book.status(of: $0).standing }),
        "obligations": Self.counts((applicable?.obligations ?? []).map { book.status(of: $0.requirement).standing }),
        "undecided": .integer(Int64(applicable?.undecided.count ?? 0)),
      ]
    }
  }

  private static func counts(_ standings: [Standing]) -> JSON {
    let numbers = Dictionary(grouping: standings, by: \.self).mapValues { Int64($0.count) }
    return .object(
      Dictionary(Standing.allCases.map { ($0.rawValue, .integer(numbers[$0] ?? 0)) }, uniquingKeysWith: { $1 }))
  }

  private var duties: Operation {
    Operation(
      method: .get, path: "/duties", id: "listDuties", tag: "register", action: .read,
      summary: "Every duty with its controls and how they stand.",
      parameters: [.query("standing", RegisterShapes.standing)] + Operation.Parameter.paging,
      answer: Schema.page(of: RegisterShapes.duty)
    ) { [register] call in
      let book = try await register.book().book
      let wanted = try Self.standing(call)
      let duties = book.catalogue.duties.filter { wanted == nil || book.status(of: $0).standing == wanted }
      return try call.page(of: duties, by: { SortKey(.text($0.code.text)) }) { RegisterShapes.json($0, book) }
    }
  }

  private static func standing(_ call: Operation.Call) throws(Problem) -> Standing? {
    guard let name = call.visit.query("standing") else { return nil }
    guard let standing = Standing(rawValue: name) else {
      throw Problem(.badRequest, "'standing' is one of \(Standing.allCases.map(\.rawValue).joined(separator: ", ")).")
    }
    return standing
  }

  private var duty: Operation {
    Operation(
      method: .get, path: "/duties/{duty}", id: "getDuty", tag: "register", action: .read,
      summary: "One duty with its controls and how they stand.", parameters: [.path("duty", "Such as D01.")],
      answer: RegisterShapes.duty
    ) { [register] call in
      let (book, code) = (try await register.book().book, try call.visit.parameter("duty"))
      guard let duty = book.catalogue.duties.first(where: { $0.code.text == code }) else {
        throw Problem(.notFound, "There is no such duty; they are D01 to D33.")
      }
      return RegisterShapes.json(duty, book)
    }
  }

  private var requirements: Operation {
    Operation(
      method: .get, path: "/requirements", id: "listRequirements", tag: "register", action: .read,
      summary: "The requirements of all frameworks: which are obligations of the platform, why, and how they stand.",
      parameters: [
        .query("framework", .text("The name of a framework, such as gdpr.")),
        .query("answer", .choice(RegisterShapes.applicability, "Whether it applies.")),
        .query("standing", RegisterShapes.standing),
      ] + Operation.Parameter.paging, answer: Schema.page(of: RegisterShapes.requirement)
    ) { [register] call in
      let (book, profile) = try await register.book()
      let (framework, answer) = (call.visit.query("framework"), call.visit.query("answer"))
      let wanted = try Self.standing(call)
      let applicable = profile.map {
        Applicability(of: book.catalogue, to: $0, on: CalendarDate(at: call.visit.now))
      }
      let items = Self.answered(book.catalogue, applicable).filter {
        (framework == nil || $0.framework.code.text == framework) && (answer == nil || $0.answer == answer)
          && (wanted == nil || book.status(of: $0.requirement).standing == wanted)
      }
      let places = Self.places(in: book.catalogue)
      return try call.page(
        of: items,
        by: { item in
          let rank = RegisterShapes.applicability.firstIndex(of: item.answer) ?? RegisterShapes.applicability.count
          return SortKey(.number(Int64(rank)), .number(places[item.requirement.code] ?? Int64(places.count)))
        }
      ) {
        RegisterShapes.json($0.requirement, of: $0.framework, $0.answer, because: $0.because, book)
      }
    }
  }

  /// Where each requirement stands in the catalogue.
  private static func places(in catalogue: Catalogue) -> [Code<Requirement>: Int64] {
    let codes = catalogue.frameworks.flatMap(\.requirements).map(\.code)
    return Dictionary(
      codes.enumerated().map { ($0.element, Int64($0.offset)) }, uniquingKeysWith: { first, _ in first })
  }

  private struct Answered {
    let framework: Framework
    let requirement: Requirement
    let answer: String
    let because: String
  }

  private static func answered(_ catalogue: Catalogue, _ applicable: Applicability?) -> [Answered] {
    guard let applicable else {
      return catalogue.frameworks.flatMap { framework in
        framework.requirements.map {
          Answered(framework: framework, requirement: $0, answer: "undecided", because: "There is no profile yet.")
        }
      }
    }
    return applicable.obligations.map {
      Answered(framework: $0.framework, requirement: $0.requirement, answer: "applies", because: $0.because)
    }
      + applicable.undecided.map {
        let lacks = "The profile lacks: \($0.missing.joined(separator: ", "))."
        return Answered(framework: $0.framework, requirement: $0.requirement, answer: "undecided", because: lacks)
      }
      + applicable.inapplicable.map {
        Answered(framework: $0.framework, requirement: $0.requirement, answer: "inapplicable", because: $0.because)
      }
  }

  private var deadlines: Operation {
    Operation(
      method: .get, path: "/deadlines", id: "listDeadlines", tag: "register", action: .read,
      summary: "What falls due within a year, the soonest first, with what is overdue before it.",
      parameters: Operation.Parameter.paging,
      answer: Schema.page(
        of: .object(
          [
            Schema.member("title", .text("What it is about.")),
            Schema.member("subject", .text("Such as control:internal-scan.")),
            Schema.member("due", .time("When it falls due.")),
            Schema.member("anchor", .nullable(.time("What it counts from."))),
            Schema.member("missed", .boolean("Whether it is overdue.")),
          ], "A deadline."))
    ) { [register] call in
      let (book, profile) = try await register.book()
      let deadlines = book.tellingDeadlines(until: Period.months(12).after(call.visit.now), for: profile)
      return try call.page(
        of: deadlines,
        by: { SortKey(.number($0.due.microseconds), .name($0.subject), .name($0.title)) }
      ) { deadline in
        [
          "title": .string(deadline.title), "subject": .string(deadline.subject),
          "due": RegisterShapes.time(deadline.due), "anchor": RegisterShapes.time(deadline.anchor),
          "missed": .bool(deadline.isMissed(at: call.visit.now)),
        ]
      }
    }
  }

  private var changes: Operation {
    Operation(
      method: .get, path: "/changes", id: "listChanges", tag: "register", action: .read,
      summary: "How duties and obligations changed, the newest first; a thousand at most.",
      parameters: [.query("since", .time("From this moment on; a week ago by default."))] + Operation.Parameter.paging,
      answer: Schema.page(
        of: .object(
          [
            Schema.member("subject", .text("Such as duty:D01.")), Schema.member("was", RegisterShapes.standing),
            Schema.member("became", RegisterShapes.standing), Schema.member("reason", .text("Why.")),
            Schema.member("at", .time("When.")),
          ], "A change."))
    ) { [register] call in
      var since = call.visit.now.advanced(by: .seconds(-7 * 86_400))
      if let text = call.visit.query("since") {
        guard let instant = Instant(rfc3339: text) else {
          throw Problem(.badRequest, "'since' is a time such as 2026-11-24T20:15:00Z.")
        }
        since = instant
      }
      return try call.page(
        of: try await register.changes(since: since, limit: 1_000),
        by: { SortKey(.newestFirst($0.at), .name($0.subject), .text("\($0.entry)")) }
      ) { change in
        [
          "subject": .string(change.subject), "was": .string(change.was.rawValue),
          "became": .string(change.became.rawValue), "reason": .string(change.reason),
          "at": RegisterShapes.time(change.at),
        ]
      }
    }
  }

  private static let profileSchema = Schema.object(
    [Schema.member("yaml", .text("The text of surety.yaml."))], "The profile of the platform.")

  private var profile: Operation {
    Operation(
      method: .get, path: "/profile", id: "getProfile", tag: "settings", action: .read,
      summary: "The profile in force.", answer: Self.profileSchema
    ) { [register] _ in
      guard let stored = try await register.profile() else { throw Problem(.notFound, "There is no profile yet.") }
      return ["yaml": .string(stored.yaml)]
    }
  }

  private var putProfile: Operation {
    Operation(
      method: .put, path: "/profile", id: "putProfile", tag: "settings", action: .configure,
      summary: "Puts a profile in force; the old one stays on record. A malformed one changes nothing.",
      body: Self.profileSchema, answer: Self.profileSchema
    ) { [register] call in
      let yaml = call.body["yaml"]?.text ?? ""
      try await register.setProfile(yaml, by: call.visit.session.member.author())
      return ["yaml": .string(yaml)]
    }
  }
}
