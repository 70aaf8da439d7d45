/// The duties, their controls and the frameworks mapped to them: law as data, loaded whole or not at all.
public struct Catalogue: Sendable {
  /// The edition, by its date.
  public let version: String
  public let duties: [Duty]
  public let frameworks: [Framework]
  private let controls: [Code<Control>: Control]

  /// The file of the duties; every other file is a framework.
  static let dutiesFile = "duties.yaml"

  /// Reads a catalogue from its files.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``.
  public init(files: [(name: String, bytes: [UInt8])]) throws(ObligationsError) {
    guard let spine = files.first(where: { $0.name == Self.dutiesFile }) else {
      throw .malformed(file: Self.dutiesFile, line: 1, reason: "the file of the duties is missing")
    }
    var members = try YAMLDocument(spine.bytes, file: spine.name).root.mapping()
    var names = GivenNames()
    version = try members.required("version").text()
    duties = try members.list("duties") { (value) throws(ObligationsError) in try Duty(value, &names) }
    try members.finish()
    guard !duties.isEmpty else { throw members.malformed("there is no duty") }
    let controls = Dictionary(duties.flatMap(\.controls).map { ($0.code, $0) }, uniquingKeysWith: { $1 })
    var frameworks: [Framework] = []
    for file in files where file.name != Self.dutiesFile {
      frameworks.append(try Framework(YAMLDocument(file.bytes, file: file.name), &names, controls: controls))
    }
    self.frameworks = frameworks
    self.controls = controls
  }

  /// The catalogue that this version of the product carries.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``; never in a release, because a test reads it.
  public static func shipped() throws(ObligationsError) -> Catalogue { try Catalogue(files: shippedFiles) }

  /// A control with this code.
  public func control(_ code: Code<Control>) -> Control? { controls[code] }

  /// A requirement with this code, and its framework.
  public func requirement(_ code: Code<Requirement>) -> (Framework, Requirement)? {
    for framework in frameworks {
      if let requirement = framework.requirements.first(where: { $0.code == code }) { return (framework, requirement) }
    }
    return nil
  }

  /// What leans on a check: the duties with a control that it looks at.
  public func duties(behind check: Code<CheckName>) -> [Duty] {
    duties.filter { $0.controls.contains { $0.checks.contains(check) } }
  }

  /// What leans on a check: the requirements with a control that it looks at.
  public func requirements(behind check: Code<CheckName>) -> [(Framework, Requirement)] {
    let controls = Set(duties.flatMap(\.controls).filter { $0.checks.contains(check) }.map(\.code))
    return frameworks.flatMap { framework in
      framework.requirements.filter { !controls.isDisjoint(with: $0.controls) }.map { (framework, $0) }
    }
  }
}
