import Obligations

/// A small catalogue in which every kind of control is there, and a shop that owes part of it.
enum SampleShop {
  static func catalogue() throws -> Catalogue {
    try Catalogue(files: [
      ("duties.yaml", Array(duties.utf8)), ("law.yaml", Array(law.utf8)), ("cards.yaml", Array(cards.utf8)),
      ("abroad.yaml", Array(abroad.utf8)),
    ])
  }

  static let profile = """
    platform: Teapot & Leaf
    customers: {DE: 21000}
    storefronts:
      - url: https://shop.example
    """

  static let duties = """
    version: "2030-01-01"
    duties:
      - id: D01
        title: Data is encrypted in transit
        text: Current protocols protect it.
        kind: [hold]
        controls:
          - id: transport
            title: Every endpoint speaks current TLS
            checks: [fake.tls, fake.absent]
          - id: inventory
            title: Every certificate is listed
            awaits: Assessment, which keeps the list.
      - id: D02
        title: Cookies are kept safe
        text: They are marked for it.
        kind: [hold]
        controls:
          - id: cookies
            title: Cookies have their marks
            checks: [fake.cookies]
      - id: D03
        title: Security is audited
        text: Audits follow a calendar.
        kind: [hold, due]
        controls:
          - id: audit
            title: Security was audited in the last twelve months
            attestation: 12 months
            every: 12 months
      - id: D04
        title: Diagrams are kept
        text: They show every connection.
        kind: [hold]
        controls:
          - id: diagram
            title: A diagram shows every connection
            attestation: 6 months
    """

  static let law = """
    id: law
    title: The Law of Shops
    short: LAW
    edition: The first
    source: https://law.example/text
    effective: "2020-01-01"
    checked: "2029-12-01"
    verified: true
    scope: It binds whoever sells to people in the EEA.
    applies: {customersIn: [EEA]}
    requirements:
      - {id: law.1, clause: Article 1, text: Data is encrypted., controls: [transport], verified: true, checked: 2029-12-01}
      - {id: law.2, clause: Article 2, text: Cookies are marked., controls: [cookies], verified: false}
      - {id: law.3, clause: Article 3, text: All is audited., controls: [audit, diagram], verified: true}
      - id: law.4
        clause: Article 4
        text: Marketplaces do more.
        controls: [diagram]
        verified: true
        when: {marketplace: true}
    """

  static let cards = """
    id: cards
    title: The Card Standard
    short: CARDS
    edition: Version 4
    source: https://cards.example/text
    effective: "2020-01-01"
    verified: false
    scope: It binds whoever takes cards.
    applies: {cards: [redirect, iframe, direct-post, own-form]}
    requirements:
      - {id: cards.1, clause: Requirement 1, text: Card data is encrypted., controls: [transport], verified: true}
    """

  static let abroad = """
    id: abroad
    title: The Law of Elsewhere
    short: ABROAD
    edition: The first
    source: https://abroad.example/text
    effective: "2020-01-01"
    checked: "2029-12-01"
    verified: true
    scope: It binds whoever sells to people in Brazil.
    applies: {customersIn: [BR]}
    requirements:
      - {id: abroad.1, clause: Section 1, text: Data stays put., controls: [diagram], verified: true}
    """
}
