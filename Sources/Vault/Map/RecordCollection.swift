/// A kind of record that the data map declares, such as a profile or an order.
public struct RecordCollection: Hashable, Sendable {
  /// A blind index over one field or several.
  public struct DeclaredIndex: Hashable, Sendable {
    /// The names of its fields, joined by `+`.
    public let name: String
    public let fields: [Int]
    public let isUnique: Bool
  }

  public let name: String
  public let title: String
  /// Whether a subject has one record of it at most.
  public let isSingle: Bool
  /// Of which there will be so many, for the planner of indexes.
  public let expectedRecords: Int
  public let fields: [DeclaredField]
  public let indexes: [DeclaredIndex]
  /// The numbers of the fields that every record has.
  let required: [Int]
  private let numbers: [String: Int]

  init(
    name: String, title: String, isSingle: Bool, expectedRecords: Int, fields: [DeclaredField],
    compounds: [[Int]]
  ) {
    (self.name, self.title, self.isSingle) = (name, title, isSingle)
    (self.expectedRecords, self.fields) = (expectedRecords, fields)
    numbers = Dictionary(fields.map { ($0.name, $0.number) }, uniquingKeysWith: { first, _ in first })
    required = fields.filter(\.isRequired).map(\.number)
    let single = fields.filter { $0.search != .none }.map {
      DeclaredIndex(name: $0.name, fields: [$0.number], isUnique: $0.search == .unique)
    }
    indexes =
      single
      + compounds.map { numbers in
        DeclaredIndex(name: numbers.map { fields[$0].name }.joined(separator: "+"), fields: numbers, isUnique: false)
      }
  }

  /// The number of the field of a name; nil when it is not declared.
  func number(of name: String) -> Int? { numbers[name] }

  /// The field of a name; nil when it is not declared.
  public subscript(name: String) -> DeclaredField? { numbers[name].map { fields[$0] } }
}
