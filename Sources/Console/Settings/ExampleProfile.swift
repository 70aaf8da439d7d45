/// A profile to start from, for whoever has none yet.
enum ExampleProfile {
  static let yaml = """
    # What the shop says of itself. It decides which obligations apply, and where checks look.
    # Only 'platform' has to be there: whatever depends on something that is missing is shown as undecided.
    platform: My shop

    # The companies behind the shop, and where they are established.
    # entities:
    #   - name: My Shop GmbH
    #     country: DE

    # Yearly turnover, in each currency in which you can state it.
    # turnover:
    #   - {amount: 4200000, currency: EUR}
    # employees: 38
    # marketplace: false

    # How many customers live where: countries (DE, GB) and states with a law of their own (US-CA).
    # customers:
    #   DE: 21000

    # How cards are taken: none, redirect, iframe, direct-post or own-form.
    # cards:
    #   flow: iframe
    #   storesNumbers: false

    # The shops as customers see them: checks begin to look as soon as one is named.
    # storefronts:
    #   - url: https://shop.example
    #     paymentPages: [https://shop.example/checkout]
    #   - url: https://outlet.example
    #     cards: {flow: redirect}      # where cards are taken otherwise than on the rest of the platform

    # Further endpoints that customers or partners reach.
    # endpoints:
    #   - https://api.shop.example

    # Who handles customers' data or cards for the shop; since when a contract binds them, and when they were assessed.
    # suppliers:
    #   - {name: Example Payments, role: payment service provider, contract: 2026-03-01, assessed: 2026-03-01}

    """
}
