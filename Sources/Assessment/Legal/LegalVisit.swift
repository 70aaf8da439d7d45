/// Finds a page that a shop has to have, from its front page, as a visitor would.
struct LegalVisit: Sendable {
  let reach: Reach
  let page: LegalPage

  /// - Throws: ``AssessmentError``, `CancellationError`.
  func look(at front: WebAddress) async throws -> LegalSighting {
    try await Visitor.with(reach) { visitor in
      let hops = try await visitor.follow(front)
      try PageSighting(hops).expectWorking()
      guard let last = hops.last, let content = PageContent(last) else {
        throw AssessmentError.malformedAnswer(front.origin, reason: "it is not a page")
      }
      var found: LegalSighting.Page?
      if let link = page.link(in: content), let address = try? WebAddress(link.address) {
        found = try await Self.look(at: address, visitor)
      }
      return LegalSighting(
        front: last.address.withoutQuery.text, links: content.links.count,
        namesContact: content.namesContact || LegalPage.contact.link(in: content) != nil, page: found,
        isPartial: content.isPartial || last.isCutOff)
    }
  }

  private static func look(at address: WebAddress, _ visitor: Visitor) async throws -> LegalSighting.Page? {
    guard let last = try await visitor.follow(address).last else { return nil }
    let isPage = last.values("content-type").first?.lowercased().contains("html") ?? true
    let content = isPage ? PageContent(last) ?? PageContent() : nil
    return LegalSighting.Page(
      address: last.address.withoutQuery.text, status: last.status, textLength: content?.textLength,
      namesContact: content?.namesContact ?? false)
  }
}
