import Access
import HTTPTypes
import Hummingbird
import Logging
import Primitives

/// Emergency access: opened with a reason, told to everybody, ended, and reviewed by somebody else.
struct EmergencyPages {
  let routes: Routes

  private var access: Access { routes.rooms.access }

  func add() {
    routes.page("emergency", for: .read) { visit in .page(try await list(visit)) }
    routes.page("emergency/open", for: .openEmergency) { visit in .page(openPage(visit)) }
    routes.deed("emergency/open", for: .openEmergency) { visit, form in try await open(visit, form) }
    routes.page("emergency/{emergency}", for: .read) { visit in .page(try await page(visit)) }
    // Whoever wants it to end is not asked for a factor first.
    routes.deed("emergency/{emergency}/end", for: .read) { visit, _ in try await end(visit) }
    routes.deed("emergency/{emergency}/review", for: .manageMembers) { visit, form in try await review(visit, form) }
  }

  private func list(_ visit: Visit) async throws -> Page {
    let model = EmergencyModel.List(
      try await access.emergencies(), mayOpen: visit.session.member.role.actions.contains(.openEmergency),
      asOf: visit.now)
    return Page("emergencies", heading: "Emergency access", menu: .members, model: model)
  }

  // MARK: Opening

  private func openPage(_ visit: Visit, _ sent: Form? = nil, _ errors: [FieldError] = []) -> Page {
    let terms = access.roles.emergency
    let added = terms.actions.subtracting(visit.session.member.role.actions)
    let model = EmergencyModel.Opening(
      adds: Action.allCases.filter(added.contains).map { access.roles.title(of: $0) }, longest: terms.minutes,
      form: EmergencyModel.Opening.Fields(
        reason: FieldText(sent?["reason"] ?? "", name: "reason", errors: errors),
        minutes: FieldText(sent?["minutes"] ?? "\(min(30, terms.minutes))", name: "minutes", errors: errors)))
    return Page("emergency-open", heading: "Open emergency access", menu: .members, model: model, errors: errors)
  }

  private func open(_ visit: Visit, _ form: Form) async throws -> PageAnswer {
    do {
      let opened = try await access.openEmergency(
        for: visit.session, reason: form["reason"], minutes: Int(form["minutes"]) ?? 0)
      visit.context.logger.warning(
        "emergency access is open", metadata: ["emergency": "\(opened.id)", "ends": "\(opened.ends.rfc3339)"])
      return .seeOther("/emergency/\(opened.id)", .emergencyOpened)
    } catch AccessError.emergencyRefused(let reason) {
      let field = reason.hasPrefix("it lasts") ? "minutes" : "reason"
      return .page(openPage(visit, form, [FieldError(field: field, text: reason.sentence)]))
    }
  }

  // MARK: One of them

  private func page(_ visit: Visit, _ sent: Form? = nil, _ errors: [FieldError] = []) async throws -> Page {
    let emergency = try await access.emergency(try Self.id(visit))
    let model = EmergencyModel(
      emergency, for: visit.session.member, access.roles, sent: sent.map { $0["statement"] }, errors, asOf: visit.now)
    return Page(
      "emergency", heading: "Emergency access of \(emergency.name)", menu: .members, model: model, errors: errors)
  }

  private func end(_ visit: Visit) async throws -> PageAnswer {
    let emergency = try await access.emergency(try Self.id(visit))
    let member = visit.session.member
    guard emergency.member == member.id || member.actions.contains(.manageMembers) else {
      throw Problem(.forbidden, "Only \(emergency.name) or whoever may manage members ends it.")
    }
    try await access.endEmergency(emergency.id, by: try member.author())
    return .seeOther("/emergency/\(emergency.id)", .emergencyEnded)
  }

  private func review(_ visit: Visit, _ form: Form) async throws -> PageAnswer {
    let id = try Self.id(visit)
    guard let isJustified = ["yes": true, "no": false][form["justified"]] else {
      return .page(
        try await page(visit, form, [FieldError(field: "justified", text: "Say whether it was justified.")]))
    }
    do {
      try await access.reviewEmergency(
        id, isJustified: isJustified, statement: form["statement"], by: visit.session.member)
      return .seeOther("/emergency/\(id)", .emergencyReviewed)
    } catch AccessError.emergencyRefused(let reason) {
      return .page(try await page(visit, form, [FieldError(field: "statement", text: reason.sentence)]))
    }
  }

  private static func id(_ visit: Visit) throws -> Identifier<EmergencyAccess> {
    guard let id = Identifier<EmergencyAccess>(try visit.parameter("emergency")) else {
      throw Problem(.notFound, "There is no such emergency access.")
    }
    return id
  }
}
