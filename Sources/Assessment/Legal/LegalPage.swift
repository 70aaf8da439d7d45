/// A page that a shop has to have, and the words by which a link on the front page leads to it.
struct LegalPage: Sendable {
  let words: [String]

  /// In English, German, French, Spanish, Italian, Dutch, Polish and Portuguese.
  static let privacyNotice = LegalPage(words: [
    "privacy", "data protection", "datenschutz", "confidentialité", "vie privée", "données personnelles",
    "protection des données", "privacidad", "protección de datos", "datos personales", "riservatezza",
    "protezione dei dati", "dati personali", "gegevensbescherming", "persoonsgegevens", "prywatno", "ochrona danych",
    "danych osobowych", "privacidade", "proteção de dados", "dados pessoais", "rodo", "gdpr",
  ])

  static let imprint = LegalPage(words: [
    "imprint", "legal notice", "legal information", "legal disclosure", "company information", "company details",
    "about us", "who we are", "impressum", "anbieterkennzeichnung", "mentions légales", "qui sommes-nous",
    "aviso legal",
    "información legal", "quiénes somos", "note legali", "informazioni legali", "chi siamo", "colofon",
    "bedrijfsgegevens", "over ons", "wie zijn wij", "nota prawna", "dane firmy", "o nas", "kontakt i dane",
    "informações legais", "nota legal", "quem somos", "sobre nós",
  ])

  static let contact = LegalPage(words: [
    "contact", "kontakt", "contacto", "contatti", "contato", "contacto", "nous écrire", "write to us", "help",
    "customer service", "kundenservice",
  ])

  /// The link whose words say so, or whose address does where it has no words; the first of several.
  func link(in content: PageContent) -> PageContent.Link? {
    content.links.first { link in words.contains { Self.holds(link.text, $0) } }
      ?? content.links.first { link in
        let path = (try? WebAddress(link.address))?.path.lowercased() ?? ""
        return words.contains { word in path.contains(word.replacing(" ", with: "-")) && word.count > 5 }
      }
  }

  /// Whether a word begins in the text: "rodo" is not found in "eurodollar".
  private static func holds(_ text: String, _ word: String) -> Bool {
    text.ranges(of: word).contains { range in
      range.lowerBound == text.startIndex || !text[text.index(before: range.lowerBound)].isLetter
    }
  }
}
