import Access
import HTTPTypes
import Hummingbird
import Journal
import Primitives

/// The keys by which programs come to the API.
struct KeysPages {
  let routes: Routes

  private struct Model: Sendable {
    struct Row: Sendable {
      let label: String
      let maker: String
      let actions: [String]
      let state: MarkText
      let isOpen: Bool
      /// Nil where another key takes its place already.
      let rotateHref: String?
      let ends: TimeText
      /// Nil for one that was never used.
      let lastUsed: TimeText?
      let revokeHref: String
    }

    let keys: [Row]
    let empty: EmptyText?
  }

  private struct NewModel: Sendable {
    struct ActionText: Sendable {
      let id: String
      let title: String
      let isChosen: Bool
    }

    struct Fields: Sendable {
      let label: FieldText
      let days: FieldText
      let rate: FieldText
      let actions: [ActionText]
    }

    let longest: Int
    let highestRate: Int
    let form: Fields
  }

  private struct MadeModel: Sendable {
    let label: String
    let secret: String
    let expires: TimeText
    let overlap: String?
  }

  private var access: Access { routes.rooms.access }

  func add() {
    routes.page("keys", for: .readMembers) { visit in .page(try await list(visit)) }
    routes.page("keys/new", for: .manageKeys) { visit in .page(newPage(visit)) }
    routes.deed("keys", for: .manageKeys) { visit, form in try await make(visit, form) }
    routes.deed("keys/{key}/rotate", for: .manageKeys) { visit, form in try await rotate(visit, form) }
    routes.deed("keys/{key}/revoke", for: .manageKeys) { visit, _ in
      try await access.revokeKey(try Self.id(visit), by: visit.session.member.author())
      return .seeOther("/keys", .keyRevoked)
    }
  }

  private func list(_ visit: Visit) async throws -> Page {
    let rows = try await access.keys().map { key in
      let isOpen = key.isOpen(at: visit.now)
      return Model.Row(
        label: key.label, maker: AuthorText.name(key.maker),
        actions: Action.allCases.filter(key.actions.contains).map { access.roles.title(of: $0) },
        state: isOpen ? MarkText(token: "fresh", words: "good") : MarkText(token: "withdrawn", words: "ended"),
        isOpen: isOpen, rotateHref: key.ends == nil ? "/keys/\(key.id)/rotate" : nil,
        ends: TimeText(key.end, asOf: visit.now),
        lastUsed: key.lastUsed.map { TimeText($0, asOf: visit.now) }, revokeHref: "/keys/\(key.id)/revoke")
    }
    let empty = EmptyText(
      title: "No program has a key",
      text: "With a key a program uses the API without a person: a build that asks how the shop stands, for example.",
      link: LinkText(words: "Make a key", href: "/keys/new"))
    return Page(
      "keys", heading: "API keys", menu: .settings, model: Model(keys: rows, empty: rows.isEmpty ? empty : nil))
  }

  private func make(_ visit: Visit, _ form: Form) async throws -> PageAnswer {
    let chosen = access.keyActions.filter { form["action-\($0.rawValue)"] == "yes" }
    do {
      let (key, secret) = try await access.makeKey(
        label: form["label"], actions: Set(chosen), days: Int(form["days"]) ?? 0, rate: Int(form["rate"]) ?? 0,
        within: visit.session.member.role.actions, by: visit.session.member.author())
      return .page(Self.made(key, secret, overlap: nil, at: visit.now))
    } catch let error as AccessError {
      let errors = [FieldError(field: "label", text: "\(error)".sentence)]
      return .page(newPage(visit, form, errors))
    }
  }

  private func rotate(_ visit: Visit, _ form: Form) async throws -> PageAnswer {
    let id = try Self.id(visit)
    guard let hours = Int(form["overlap"]) else { throw Problem(.badRequest, "The form cannot be read.") }
    do {
      let (key, secret) = try await access.rotateKey(
        id, overlap: hours, within: visit.session.member.role.actions, by: visit.session.member.author())
      let words = hours == 0 ? "The old key has ended." : "The old key is good for another \(hours) hours."
      return .page(Self.made(key, secret, overlap: words, at: visit.now))
    } catch AccessError.unknown {
      throw Problem(.conflict, "This key has ended, or another takes its place already. Look at the list again.")
    } catch let error as AccessError {
      throw Problem(.unprocessableContent, "\(error)")
    }
  }

  private func newPage(_ visit: Visit, _ sent: Form? = nil, _ errors: [FieldError] = []) -> Page {
    // Nobody gives a program more than their own role has.
    let actions = access.keyActions.filter(visit.session.member.role.actions.contains).map { action in
      NewModel.ActionText(
        id: action.rawValue, title: access.roles.title(of: action),
        isChosen: sent.map { $0["action-\(action.rawValue)"] == "yes" } ?? (action == .read))
    }
    let fields = NewModel.Fields(
      label: FieldText(String((sent?["label"] ?? "").prefix(60)), name: "label", errors: errors),
      days: FieldText(sent?["days"] ?? "\(Access.usualKey)", name: "days", errors: errors),
      rate: FieldText(sent?["rate"] ?? "\(Access.usualRate)", name: "rate", errors: errors), actions: actions)
    return Page(
      "key-new", heading: "Make an API key", menu: .settings,
      model: NewModel(longest: Access.longestKey, highestRate: Access.highestRate, form: fields), errors: errors)
  }

  private static func made(_ key: APIKey, _ secret: APIKeySecret, overlap: String?, at now: Instant) -> Page {
    Page(
      "key-made", heading: "The key \(key.label)", menu: .settings,
      model: MadeModel(
        label: key.label, secret: secret.text, expires: TimeText(key.expires, asOf: now), overlap: overlap))
  }

  private static func id(_ visit: Visit) throws -> Identifier<APIKey> {
    guard let id = Identifier<APIKey>(try visit.parameter("key")) else {
      throw Problem(.notFound, "There is no such key.")
    }
    return id
  }
}
