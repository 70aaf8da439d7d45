/// The example that `surety profile --example` prints; docs/examples/surety.yaml is the same text.
enum ExampleProfile {
  static let text = """
    # The profile of a platform: what the shop says of itself. It decides which obligations apply, and where
    # checks look. Only 'platform' has to be there. What is left out is not guessed: whatever depends on it is
    # shown as undecided. Check it with: surety profile validate surety.yaml

    platform: Example shop

    # The legal entities behind the shop, and where they are established: a country (ISO 3166, such as DE), or a
    # state of the United States (such as US-CA).
    entities:
      - name: Example Shop GmbH
        country: DE

    # Yearly turnover, in each currency in which you can state it. No exchange rate is assumed: a law whose
    # threshold is in dollars is decided by a turnover in dollars.
    turnover:
      - {amount: 4200000, currency: EUR}
      - {amount: 4900000, currency: USD}
    employees: 38

    # Whether others sell to consumers on it too.
    marketplace: false

    # How many customers live where. Where part of a country has a law of its own, name the part: US-CA, not US.
    customers:
      DE: 41000
      AT: 5200
      GB: 1800
      US-CA: 350
      US-NY: 240

    # How cards are taken: none, redirect (the provider's page), iframe (the provider's frame in your page),
    # direct-post (your page sends the card to the provider) or own-form (your server receives it). And whether
    # full card numbers are kept anywhere. A storefront that takes them otherwise has its own 'cards'.
    cards:
      flow: iframe
      storesNumbers: false

    # The shops as customers see them. Name every page on which a card is entered: payment pages are not looked
    # for, and an address that leads to a sign-in or an empty cart shows nothing of them. The admin panel is looked
    # for in the usual places when it is left out; plainAddress says where the shop answers without TLS, if that
    # is not port 80 of the same host.
    storefronts:
      - url: https://shop.example
        paymentPages:
          - https://shop.example/checkout
        adminPanel: https://shop.example/admin

    # Further endpoints that customers or partners reach.
    endpoints:
      - https://api.shop.example

    # Who handles customers' data or cards for the shop. And, where you know: when the contract that binds them was
    # signed, and when they were assessed last, such as by their attestation of compliance.
    suppliers:
      - name: Example Payments
        role: payment service provider
        contract: 2026-03-01
        assessed: 2026-03-01
      - name: Example Hosting
        role: hosting

    """
}
