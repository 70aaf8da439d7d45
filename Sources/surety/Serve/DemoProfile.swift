import Shop

/// What the demonstration's shop says of itself.
enum DemoProfile {
  static func yaml(for ports: Shop.Ports) -> String {
    """
    # The demonstration's shop. Change it and see what applies.
    platform: Teapot & Leaf (demonstration)
    entities:
      - name: Teapot & Leaf GmbH
        country: DE
    turnover:
      - amount: 4200000
        currency: EUR
    employees: 38
    marketplace: false
    customers:
      DE: 21000
      AT: 2600
      FR: 1900
      GB: 800
    cards:
      flow: own-form
      storesNumbers: false
    storefronts:
      - url: https://localhost:\(ports.https)/
        plainAddress: http://localhost:\(ports.http)/
        adminPanel: https://localhost:\(ports.https)/admin
        paymentPages:
          - https://localhost:\(ports.https)/checkout
    suppliers:
      - name: Parcel service
        role: delivers orders and sees addresses

    """
  }
}
