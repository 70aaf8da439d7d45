import Primitives

/// Looks at a shop's admin panel from outside.
struct AdminVisit: Sendable {
  let reach: Reach
  let panels: [AdminPanel]
  let surroundings: Surroundings

  /// Looks at the panel that the shop names.
  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at panel: WebAddress) async throws -> AdminSighting {
    let hops = try await Visitor.with(reach) { try await $0.follow(panel, within: panel) }
    let answer = Self.answer(hops, marks: true)
    let place = AdminSighting.Place(
      address: panel.withoutQuery.text, answer: answer == .nothing ? .unrecognised : answer)
    return AdminSighting(places: [place], asked: 1, unanswered: [])
  }

  /// Looks where the panels of shop systems usually are.
  /// - Throws: ``AssessmentError``, `CancellationError`.
  func lookAround(_ site: WebAddress) async throws -> AdminSighting {
    let byPath = panels.reduce(into: [String: [AdminPanel]]()) { paths, panel in
      for path in panel.paths { paths[path, default: []].append(panel) }
    }
    // Each place may lead on a few times.
    let limits = Visitor.Limits(requests: byPath.count * 6 + 30, body: 262_144, redirects: 5)
    return try await Visitor.with(reach, limits: limits) { visitor in
      let unknown = try await UnknownPathAnswers.ask(visitor, site, surroundings)
      let answers = try await withThrowingTaskGroup(of: (String, AdminSighting.Answer?).self) { group in
        for (path, panels) in byPath {
          group.addTask { (path, try await ask(site.at(path), panels, visitor, unknown)) }
        }
        return try await group.reduce(into: [String: AdminSighting.Answer?]()) { $0[$1.0] = .some($1.1) }
      }
      let paths = byPath.keys.sorted()
      return AdminSighting(
        places: paths.compactMap { path in
          guard let answer = answers[path] ?? nil, answer != .nothing else { return nil }
          return AdminSighting.Place(address: site.at(path).text, answer: answer)
        },
        asked: paths.count, unanswered: paths.filter { (answers[$0] ?? nil) == nil })
    }
  }

  private func ask(
    _ address: WebAddress, _ panels: [AdminPanel], _ visitor: Visitor, _ unknown: UnknownPathAnswers
  ) async throws -> AdminSighting.Answer? {
    do {
      let hops = try await visitor.follow(address, within: address)
      guard let last = hops.last, last.leadsAway(from: address) || !unknown.resembles(last) else { return .nothing }
      return Self.answer(hops, marks: panels.contains { $0.matches(last.body) })
    } catch is AssessmentError {
      return nil
    }
  }

  /// What the answers at an address are.
  /// - Parameter marks: whether it is known to be a panel, by the shop's own word or by the marks on it.
  static func answer(_ hops: [Exchange], marks isPanel: Bool) -> AdminSighting.Answer {
    guard let first = hops.first, let last = hops.last else { return .nothing }
    if last.leadsAway(from: first.address) {
      let path = last.location?.path.lowercased() ?? ""
      let isSignIn = ["login", "signin", "sign-in", "auth", "sso", "saml", "oidc"].contains { path.contains($0) }
      return isPanel || isSignIn ? .guarded : .nothing
    }
    switch last.status {
    case 401, 403, 407: return .guarded
    case 200..<300 where isPanel: break
    default: return .nothing
    }
    guard let content = PageContent(last) else { return .unrecognised }
    let signIns = content.forms.filter(\.hasPassword)
    if !signIns.isEmpty { return signIns.allSatisfy(\.hasSecondFactor) ? .secondFactor : .passwordOnly }
    return content.offersSignOut ? .open : .unrecognised
  }
}

extension PageContent {
  /// Whether a link or a form ends a session, which only somebody who is inside can do.
  fileprivate var offersSignOut: Bool {
    let words = [
      "logout", "log out", "log-out", "signout", "sign out", "sign-out", "abmelden", "déconnexion", "se déconnecter",
      "cerrar sesión", "uitloggen", "afmelden", "wyloguj", "sair", "terminar sessão", "disconnetti", "esci",
    ]
    return links.contains { link in
      words.contains { link.text == $0 || link.text.hasPrefix("\($0) ") || link.text.hasSuffix(" \($0)") }
        || words.prefix(6).contains { link.address.lowercased().contains($0) }
    } || forms.contains { form in words.prefix(6).contains { form.action.lowercased().contains($0) } }
  }
}
