/// How the shop behaves. Whatever part of the shop could be weak asks here; what is wrong is decided in the extensions
/// of this value and nowhere else.
struct Conduct: Sendable {
  private let weaknesses: Set<Weakness>

  init(_ weaknesses: Set<Weakness>) { self.weaknesses = weaknesses }

  func has(_ weakness: Weakness) -> Bool { weaknesses.contains(weakness) }
}
