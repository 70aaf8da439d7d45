/// What is held, about whom, for which purposes, on which legal basis and for how long. Read from YAML in fideslang's
/// terms; what Surety does not know in it is left alone, and the text is kept as it was written.
public struct DataMap: Sendable {
  /// As it was written.
  public let text: String
  /// What may be stored: the collections of the dataset that is the vault's.
  public let collections: [RecordCollection]
  public let declarations: [PrivacyDeclaration]
  /// The datasets that describe what lies elsewhere, by their keys.
  public let otherDatasets: [String]
  /// What was read otherwise than it was written, and why.
  public let warnings: [Warning]
  public let taxonomy: Taxonomy

  /// Which declarations cover each field, by collection, the field's number, and the declarations' places: asked for each
  /// value that is stored or read.
  private let coverage: [String: [[Int]]]

  init(
    text: String, collections: [RecordCollection], declarations: [PrivacyDeclaration], otherDatasets: [String],
    warnings: [Warning], taxonomy: Taxonomy
  ) {
    (self.text, self.collections, self.declarations) = (text, collections, declarations)
    (self.otherDatasets, self.warnings, self.taxonomy) = (otherDatasets, warnings, taxonomy)
    coverage = Dictionary(
      collections.map { collection in
        let covering = collection.fields.map { field in
          declarations.indices.filter { declarations[$0].covers(field.categories) }
        }
        return (collection.name, covering)
      }, uniquingKeysWith: { first, _ in first })
  }

  /// Something of the map that was read otherwise than it was written.
  public struct Warning: Hashable, Sendable {
    public let line: Int
    public let text: String
  }

  /// Where nothing else is said there will be so many records.
  public static let usualExpectedRecords = 100_000

  /// The collection of a name; nil when it is not declared.
  public subscript(collection name: String) -> RecordCollection? { collections.first { $0.name == name } }

  /// What is declared for a purpose; empty when it is none.
  public func declarations(for purpose: String) -> [PrivacyDeclaration] { declarations.filter { $0.use == purpose } }

  /// The purposes, each once, in the order of the map.
  public var purposes: [String] {
    var seen: Set<String> = []
    return declarations.map(\.use).filter { seen.insert($0).inserted }
  }

  /// Which declarations cover each field of a collection, as their places in ``declarations``, by the field's number.
  func coverage(of collection: RecordCollection) -> [[Int]] { coverage[collection.name] ?? [] }
}
