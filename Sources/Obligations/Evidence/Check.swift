public import Primitives

/// Code that looks at something and judges what it saw. Looking and judging stay apart: what was seen is stored, and
/// the verdict can be derived from it again.
public protocol Check: Sendable {
  /// What was seen, as it is stored.
  associatedtype Sighting: Codable & Sendable

  /// The name by which controls ask for it.
  var code: Code<CheckName> { get }
  /// What it looks at, for people.
  var title: String { get }
  /// How often it is to look.
  var interval: Duration { get }
  /// How long what it saw counts as fresh; longer than the interval, so that one failure to look is not the end.
  var validity: Duration { get }
  /// A look that takes longer is given up.
  var timeLimit: Duration { get }

  /// What there is to look at, by names that are stable from one look to the next, such as addresses.
  func targets(in profile: Profile) -> [String]

  /// Looks.
  /// - Throws: whatever kept it from looking; its description is what people read.
  func look(at target: String, in context: CheckContext) async throws -> Sighting

  /// Judges what was seen. Pure: the same sighting at the same moment has the same verdict.
  func judge(_ sighting: Sighting, at now: Instant) -> Verdict

  /// What was seen, for people to read; nothing where the verdict says all of it.
  func facts(_ sighting: Sighting) -> [SeenFact]
}

extension Check {
  public var timeLimit: Duration { .seconds(60) }

  public func facts(_ sighting: Sighting) -> [SeenFact] { [] }
}

/// Something that a look saw, in words: what, and how it was.
public struct SeenFact: Hashable, Sendable {
  public let name: String
  public let value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// What a check is given besides its target.
public struct CheckContext: Sendable {
  public let surroundings: Surroundings
  /// Tells whoever watches how far it has come.
  public let report: @Sendable (String) -> Void

  public init(surroundings: Surroundings = .system, report: @escaping @Sendable (String) -> Void = { _ in }) {
    self.surroundings = surroundings
    self.report = report
  }
}
