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
    let place = Self.place(
      panel, answer == .nothing ? .unrecognised : answer, panels.first { $0.matches(hops.last?.body ?? []) })
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
      let answers = try await withThrowingTaskGroup(of: (String, AdminSighting.Place?).self) { group in
        for (path, panels) in byPath {
          group.addTask { (path, try await ask(site.at(path), panels, visitor, unknown)) }
        }
        return try await group.reduce(into: [String: AdminSighting.Place?]()) { $0[$1.0] = .some($1.1) }
      }
      let paths = byPath.keys.sorted()
      return AdminSighting(
        places: paths.compactMap { answers[$0] ?? nil }.filter { $0.answer != .nothing },
        asked: paths.count, unanswered: paths.filter { (answers[$0] ?? nil) == nil })
    }
  }

  /// Nil where nothing that could be read was answered.
  private func ask(
    _ address: WebAddress, _ panels: [AdminPanel], _ visitor: Visitor, _ unknown: UnknownPathAnswers
  ) async throws -> AdminSighting.Place? {
    do {
      let hops = try await visitor.follow(address, within: address)
      guard let last = hops.last, last.leadsAway(from: address) || !unknown.resembles(last) else {
        return Self.place(address, .nothing, nil)
      }
      let panel = panels.first { $0.matches(last.body) }
      return Self.place(address, Self.answer(hops, marks: panel != nil), panel)
    } catch is AssessmentError {
      return nil
    }
  }

  private static func place(
    _ address: WebAddress, _ answer: AdminSighting.Answer, _ panel: AdminPanel?
  ) -> AdminSighting.Place {
    AdminSighting.Place(
      address: address.withoutQuery.text, answer: answer, platform: panel?.platform, factor: panel?.secondFactor)
  }

  /// What the answers at an address are.
  /// - Parameter marks: whether it is known to be a panel, by the shop's own word or by the marks on it.
  static func answer(_ hops: [Exchange], marks isPanel: Bool) -> AdminSighting.Answer {
    guard let first = hops.first, let last = hops.last else { return .nothing }
    if last.leadsAway(from: first.address) {
      let path = last.location?.path.lowercased() ?? ""
      let isSignIn = ["login", "signin", "sign-in", "auth", "sso", "saml", "oidc"].contains { path.contains($0) }
      return isPanel || isSignIn ? .elsewhere : .nothing
    }
    switch last.status {
    case 401 where last.isContentWithPassword: return .passwordOnly
    case 401, 403, 407: return .guarded
    case 200..<300 where isPanel: break
    default: return .nothing
    }
    guard let content = PageContent(last) else { return .unrecognised }
    let signIns = content.forms.filter(\.hasPassword)
    if !signIns.isEmpty { return signIns.allSatisfy(\.hasSecondFactor) ? .secondFactor : .passwordForm }
    return content.offersSignOut ? .open : .unrecognised
  }
}

extension Exchange {
  /// Whether a password is enough for the server: it takes HTTP's Basic or Digest, whatever else it takes besides
  /// (RFC 9110, section 11.6.1).
  fileprivate var isContentWithPassword: Bool {
    values("www-authenticate").contains { header in
      // What stands between quotes is a stranger's text, in which commas separate nothing.
      let unquoted = header.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
        .filter { $0.offset.isMultiple(of: 2) }.map(\.element).joined()
      return unquoted.split(separator: ",").contains { part in
        let scheme = part.split(whereSeparator: \.isWhitespace).first?.lowercased()
        return scheme == "basic" || scheme == "digest"
      }
    }
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
