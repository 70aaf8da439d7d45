/// The shop's pictures, drawn as SVG.
enum Pictures {
  /// The text of a picture; nil for a name that none has.
  static func named(_ name: String) -> String? { all[name] }

  private static let all: [String: String] = [
    "leaf": leaf, "logo": logo, "hero": hero,
    "first-flush-darjeeling": tin("#e9dfae", lid: "#c9b458", mark: "#7d6b1f"),
    "assam-breakfast": tin("#d8b08c", lid: "#8c4a22", mark: "#5a2c12"),
    "jasmine-pearls": tin("#dbe8c9", lid: "#7ba05b", mark: "#3f6428"),
    "smoked-lapsang": tin("#c4c4c4", lid: "#4a4a4a", mark: "#2b2b2b"),
    "mountain-rooibos": tin("#eab9a3", lid: "#b5482a", mark: "#74280f"),
    "cast-iron-pot": pot("#39423f", shine: "#5a6662", ground: "#e3e6e4"),
    "glass-pot": pot("#b7d5db", shine: "#e6f4f6", ground: "#eef3ea"),
    "stoneware-pot": pot("#b08d6a", shine: "#cfae8c", ground: "#f3eadf"),
  ]

  private static func drawing(_ width: Int, _ height: Int, _ content: String) -> String {
    """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)">
    \(content)
    </svg>

    """
  }

  private static let leafShape = "M20 36C6 30 4 16 8 4c14 2 26 10 24 24-1 4-5 8-12 8z"

  private static let leaf = drawing(
    40, 40,
    """
    <path d="\(leafShape)" fill="#2f6b3c"/>
    <path d="M9 6c4 12 8 20 14 29" fill="none" stroke="#fbf8f2" stroke-width="1.5"/>
    """)

  private static let logo = drawing(
    40, 40,
    """
    <path d="M8 18h20v8a9 9 0 0 1-9 9h-2a9 9 0 0 1-9-9z" fill="#2f6b3c"/>
    <path d="M28 20h3a4 4 0 0 1 0 9h-4" fill="none" stroke="#2f6b3c" stroke-width="2.5"/>
    <path d="M18 15c-6-2-7-7-6-12 6 1 9 5 6 12z" fill="#6fa35f"/>
    """)

  private static let hero = drawing(
    420, 300,
    """
    <ellipse cx="210" cy="262" rx="180" ry="18" fill="#cfdec6"/>
    <path d="M92 150c-4 70 22 108 90 108s94-38 90-108z" fill="#2f6b3c"/>
    <path d="M272 172c34-6 40-34 62-38l6 14c-20 10-24 54-72 62z" fill="#2f6b3c"/>
    <path d="M94 168c-50-8-58 62 4 60" fill="none" stroke="#2f6b3c" stroke-width="12" stroke-linecap="round"/>
    <path d="M98 150c6-34 40-48 84-48s78 14 84 48z" fill="#3d8250"/>
    <circle cx="182" cy="96" r="10" fill="#245430"/>
    <path d="M118 176c0 34 10 54 30 66" fill="none" stroke="#6fa35f" stroke-width="7" stroke-linecap="round"/>
    <path d="M306 216h70v14c0 20-12 30-35 30s-35-10-35-30z" fill="#fff" stroke="#2f6b3c" stroke-width="4"/>
    <path d="M376 222c20 0 20 24-4 24" fill="none" stroke="#2f6b3c" stroke-width="4"/>
    <path d="M328 200c-8-12 8-16 0-30m26 30c-8-12 8-16 0-30" fill="none" stroke="#9fb394" stroke-width="4"
    stroke-linecap="round"/>
    """)

  private static func tin(_ body: String, lid: String, mark: String) -> String {
    drawing(
      240, 200,
      """
      <rect width="240" height="200" fill="#f4efe4"/>
      <ellipse cx="120" cy="176" rx="66" ry="9" fill="#dcd3c0"/>
      <rect x="66" y="52" width="108" height="124" rx="8" fill="\(body)"/>
      <rect x="60" y="34" width="120" height="26" rx="7" fill="\(lid)"/>
      <rect x="82" y="82" width="76" height="72" rx="5" fill="#fffdf8"/>
      <g transform="translate(100 94)"><path d="\(leafShape)" fill="\(mark)"/>
      <path d="M9 6c4 12 8 20 14 29" fill="none" stroke="#fffdf8" stroke-width="1.5"/></g>
      <path d="M96 141h48" stroke="\(mark)" stroke-width="3" stroke-linecap="round"/>
      """)
  }

  private static func pot(_ body: String, shine: String, ground: String) -> String {
    drawing(
      240, 200,
      """
      <rect width="240" height="200" fill="\(ground)"/>
      <ellipse cx="118" cy="168" rx="78" ry="9" fill="#00000018"/>
      <path d="M56 96c-2 46 14 70 62 70s64-24 62-70z" fill="\(body)"/>
      <path d="M178 108c20-3 24-20 38-23l4 9c-12 7-14 34-44 39z" fill="\(body)"/>
      <path d="M58 104c-32-6-36 40 3 38" fill="none" stroke="\(body)" stroke-width="8" stroke-linecap="round"/>
      <path d="M60 94c4-22 26-32 58-32s54 10 58 32z" fill="\(shine)"/>
      <circle cx="118" cy="57" r="7" fill="\(body)"/>
      <path d="M72 110c0 24 8 36 20 44" fill="none" stroke="\(shine)" stroke-width="5" stroke-linecap="round"/>
      """)
  }
}
