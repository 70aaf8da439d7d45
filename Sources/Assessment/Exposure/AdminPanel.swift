import Obligations

/// Where the admin panels of shop systems are, and how they are recognised.
struct AdminPanel: Sendable {
  /// Where a shop system asks for a second factor, so far as that is known of it.
  enum SecondFactor: String, Codable, CaseIterable, Sendable {
    /// On a page of its own, after the password.
    case nextPage = "next-page"
    /// Not by itself: an add-on has to.
    case addOn = "add-on"
  }

  let platform: String
  let secondFactor: SecondFactor?
  let paths: [String]
  private let marks: [[UInt8]]

  init(_ value: YAMLValue) throws(ObligationsError) {
    var members = try value.mapping()
    platform = try members.required("platform").text()
    secondFactor = try members.optional("secondFactor").map { (value) throws(ObligationsError) in try value.oneOf() }
    paths = try members.list("paths") { (path) throws(ObligationsError) in try path.text() }
    marks = try members.list("recognise") { (mark) throws(ObligationsError) in Array(try mark.text().utf8) }
    try members.finish()
    guard !marks.isEmpty else { throw value.malformed("\(platform) has nothing to recognise it by") }
    guard !paths.isEmpty, paths.allSatisfy({ $0.hasPrefix("/") }) else { throw value.malformed("a path begins with /") }
  }

  /// The panels that the product knows.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``.
  static func shipped() throws(ObligationsError) -> [AdminPanel] {
    var members = try YAMLDocument(PackageResources.admin_panels_yaml, file: "admin-panels.yaml").root.mapping()
    let panels = try members.list("panels", AdminPanel.init)
    try members.finish()
    return panels
  }

  /// Whether a body is this panel's sign-in or its inside.
  func matches(_ body: [UInt8]) -> Bool { marks.contains { body[...].holds($0) } }
}
