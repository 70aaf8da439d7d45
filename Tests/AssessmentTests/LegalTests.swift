import Obligations
import Testing

@testable import Assessment

@Suite struct `Pages that the law asks for` {
  private func link(_ page: LegalPage, _ html: String) throws -> String? {
    page.link(in: PageContent(Array(html.utf8), at: try WebAddress("https://shop.test/")))?.address
  }

  @Test(arguments: [
    "Privacy notice", "Privacy &amp; cookies", "Datenschutzerklärung", "Politique de confidentialité",
    "Données personnelles",
    "Política de privacidad", "Informativa sulla privacy", "Protezione dei dati", "Privacybeleid",
    "Gegevensbescherming",
    "Polityka prywatności", "Ochrona danych osobowych", "RODO", "Política de privacidade", "Proteção de dados",
  ])
  func `a privacy notice is found by its words`(words: String) throws {
    #expect(try link(.privacyNotice, "<a href=/x>Tea</a><a href=/y>\n \(words) </a>") == "https://shop.test/y")
  }

  @Test(arguments: [
    "Imprint", "Legal notice", "Impressum", "Mentions légales", "Aviso legal", "Note legali", "Colofon", "Nota prawna",
    "Informações legais", "About us",
  ])
  func `an imprint is found by its words`(words: String) throws {
    #expect(try link(.imprint, "<a href=/x>Tea</a><a href=/y>\(words)</a>") == "https://shop.test/y")
  }

  @Test func `a link without words is found by its address`() throws {
    #expect(try link(.privacyNotice, "<a href=/legal/privacy><img src=x></a>") == "https://shop.test/legal/privacy")
    #expect(try link(.imprint, "<a href=/about-us><img src=x></a>") == "https://shop.test/about-us")
  }

  @Test func `a word in the middle of another is none`() throws {
    #expect(try link(.privacyNotice, "<a href=/x>Eurodollar</a>") == nil)
    #expect(try link(.imprint, "<a href=/x>Fingerimprint</a>") == nil)
  }

  private func sighting(
    _ page: LegalSighting.Page?, links: Int = 5, namesContact: Bool = false, isPartial: Bool = false
  ) -> LegalSighting {
    LegalSighting(
      front: "https://shop.test/", links: links, namesContact: namesContact, page: page, isPartial: isPartial)
  }

  private func page(_ status: Int = 200, text: Int? = 5_000, namesContact: Bool = false) -> LegalSighting.Page {
    LegalSighting.Page(address: "https://shop.test/p", status: status, textLength: text, namesContact: namesContact)
  }

  @Test func `the privacy notice is judged`() {
    #expect(sighting(page()).privacyNotice().outcome == .satisfied)
    #expect(sighting(nil).privacyNotice().codes == ["privacy-notice-missing"])
    #expect(sighting(page(404)).privacyNotice().codes == ["privacy-notice-missing"])
    #expect(sighting(page(text: 20)).privacyNotice().codes == ["privacy-notice-empty"])
    #expect(sighting(page(text: nil)).privacyNotice().outcome == .couldNotCheck)
    #expect(sighting(nil, links: 0).privacyNotice().outcome == .couldNotCheck)
    #expect(sighting(nil, isPartial: true).privacyNotice().outcome == .couldNotCheck)
  }

  @Test func `the imprint is judged`() {
    #expect(sighting(page(namesContact: true)).imprint().outcome == .satisfied)
    #expect(sighting(page(), namesContact: true).imprint().outcome == .satisfied)
    #expect(sighting(page()).imprint().codes == ["contact-missing"])
    #expect(sighting(nil).imprint().codes == ["imprint-missing"])
    #expect(sighting(page(500)).imprint().codes == ["imprint-missing"])
  }
}
