public import Obligations

/// Why each kind of weakness matters and how to mend it, by its code.
public struct AdviceBook: Sendable {
  private let advice: [Code<Advice>: Advice]

  /// The book that the product carries.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``; never in a release, because a test reads it.
  public static func shipped() throws(ObligationsError) -> AdviceBook {
    try AdviceBook(PackageResources.advice_yaml, file: "advice.yaml")
  }

  init(_ bytes: [UInt8], file: String) throws(ObligationsError) {
    let document = try YAMLDocument(bytes, file: file)
    var members = try document.root.mapping()
    var advice: [Code<Advice>: Advice] = [:]
    for item in try members.list("advice", Advice.init) {
      guard advice.updateValue(item, forKey: item.code) == nil else {
        throw document.root.malformed("\(item.code) is there twice")
      }
    }
    try members.finish()
    self.advice = advice
  }

  public subscript(code: Code<Advice>) -> Advice? { advice[code] }

  /// Every code, sorted.
  public var codes: [Code<Advice>] { advice.keys.sorted() }
}
