/// What a new shop has on its shelves.
enum Catalogue {
  static let first: [Product] = [
    Product(
      slug: "first-flush-darjeeling", kind: .tea, name: "First flush Darjeeling", unit: "100 g",
      summary: "Light and flowery, picked in March.",
      description:
        "The first leaves of the year from gardens above 1,500 metres. Pale gold in the cup, with a taste of "
        + "muscat grapes. Steep for three minutes in water that has stopped boiling.",
      price: Money(cents: 1_450), stock: 40),
    Product(
      slug: "assam-breakfast", kind: .tea, name: "Assam breakfast", unit: "250 g",
      summary: "Strong and malty; takes milk well.",
      description: "A broken-leaf Assam for the first cup of the day. Dark copper, full-bodied, and not easily "
        + "frightened by milk. Steep for four minutes.",
      price: Money(cents: 990), stock: 120),
    Product(
      slug: "jasmine-pearls", kind: .tea, name: "Jasmine pearls", unit: "100 g",
      summary: "Green tea, rolled by hand, scented with blossoms.",
      description: "Young green leaves are rolled into pearls and laid among jasmine blossoms for seven nights. They "
        + "unroll in the pot. Steep for two minutes at 75 degrees, and again.",
      price: Money(cents: 1_890), stock: 25),
    Product(
      slug: "smoked-lapsang", kind: .tea, name: "Smoked Lapsang", unit: "100 g",
      summary: "Dried over pine wood; tastes of a camp fire.",
      description:
        "From the Wuyi mountains, dried over smouldering pine. Some drink nothing else; some leave the room. "
        + "Steep for three minutes.",
      price: Money(cents: 1_190), stock: 30),
    Product(
      slug: "mountain-rooibos", kind: .tea, name: "Mountain rooibos", unit: "250 g",
      summary: "Red, mild, and without caffeine.",
      description: "From the Cederberg, fermented and dried in the sun. Sweet by nature, good cold as well as hot, and "
        + "fit for the evening. Steep for as long as you like.",
      price: Money(cents: 790), stock: 80),
    Product(
      slug: "cast-iron-pot", kind: .pot, name: "Cast iron pot", unit: "0.8 litres",
      summary: "Keeps tea hot for an hour.",
      description:
        "Cast in one piece and enamelled inside, with a sieve of stainless steel. Not for the stove, and not "
        + "for the dishwasher; for everything else.",
      price: Money(cents: 5_900), stock: 12),
    Product(
      slug: "glass-pot", kind: .pot, name: "Glass pot", unit: "1.2 litres",
      summary: "For teas that are worth watching.",
      description: "Heat-proof glass, blown thin, with a strainer that comes out when the tea is ready. Made for "
        + "jasmine pearls. Dishwasher-safe.",
      price: Money(cents: 3_490), stock: 18),
    Product(
      slug: "stoneware-pot", kind: .pot, name: "Stoneware pot", unit: "1 litre",
      summary: "Thrown by hand; no two are alike.",
      description: "Thrown and glazed in a workshop with two wheels and one kiln. It pours without a drop. The lid is "
        + "held by a notch, so it stays on.",
      price: Money(cents: 4_750), stock: 9),
  ]
}
