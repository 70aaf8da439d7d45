/// A name under which nodes tell each other that something changed.
public struct Channel: Hashable, Sendable {
  let name: String

  /// A channel; the name is a literal of lower-case letters and underscores.
  public init(_ name: StaticString) { self.name = name.description }
}
