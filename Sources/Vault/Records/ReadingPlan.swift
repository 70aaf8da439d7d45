import Primitives

/// Which fields a purpose is given of records of one collection that were written under one map. Worked out once, because
/// it is asked for each value that is read.
struct ReadingPlan: Sendable {
  struct Key: Hashable {
    /// Of the declarations under which a caller acts, in the map in force.
    let places: [Int]
    let collection: String
    /// Of the map under which the records were written.
    let mapVersion: Int64
    let isRestricted: Bool
  }

  struct Field: Sendable {
    let name: String
    /// Its name as it stands in JSON, with the colon.
    let label: [UInt8]
    let type: FieldType
    let isMasked: Bool
    /// Its place among the fields in the order of their names.
    let rank: Int
  }

  /// By the number under which a field was written; nil for those that are not given. What is not declared any more is not
  /// given to anybody.
  let given: [Field?]
  /// The names under which the fields were written.
  let names: [String]

  /// - Parameters:
  ///   - declared: the collection as the map in force has it; nil where it has it no more.
  ///   - covered: whether the purpose covers each of its fields.
  init(written: RecordCollection, declared: RecordCollection?, covered: [Bool]) {
    names = written.fields.map(\.name)
    let order = names.indices.sorted { written.fields[$0].name < written.fields[$1].name }
    var ranks = [Int](repeating: 0, count: order.count)
    for (rank, number) in order.enumerated() { ranks[number] = rank }
    given = written.fields.map { old in
      guard let field = declared?[old.name], covered[field.number] else { return nil }
      return Field(
        name: field.name, label: JSONWriter.label(field.name), type: field.type, isMasked: field.isMasked,
        rank: ranks[old.number])
    }
  }
}
