public import Journal

/// Who writes or reads, and why. That they may at all was decided before; here it is seen whether the purpose covers the
/// data.
public struct VaultCaller: Sendable {
  /// As the journal names them.
  public let author: Entry.Author
  /// A data use that the map declares.
  public let purpose: String
  /// The role of a member, or `key` for a program: some purposes are for some roles only.
  public let role: String
  /// Whether masked fields are shown whole.
  public let seesMasked: Bool

  public init(author: Entry.Author, purpose: String, role: String, seesMasked: Bool = false) {
    (self.author, self.purpose, self.role, self.seesMasked) = (author, purpose, role, seesMasked)
  }
}

extension Ground {
  /// The declarations under which a caller acts.
  /// - Throws: ``VaultError/purposeRefused(reason:)``.
  func grounds(for caller: VaultCaller) throws(VaultError) -> PurposeGrounds {
    let declared = map.declarations.indices.filter { map.declarations[$0].use == caller.purpose }
    guard !declared.isEmpty else {
      throw .purposeRefused(
        reason: caller.purpose.isEmpty
          ? "say for which purpose; the data map declares \(map.purposes.joined(separator: ", "))"
          : "the data map declares no such purpose; it declares \(map.purposes.joined(separator: ", "))")
    }
    let open = declared.filter { map.declarations[$0].roles?.contains(caller.role) ?? true }
    guard !open.isEmpty else {
      throw .purposeRefused(reason: "the purpose \(caller.purpose) is not for the role \(caller.role)")
    }
    return PurposeGrounds(map: map, purpose: caller.purpose, places: open)
  }
}

/// What a purpose rests on: the declarations of the map under which a caller acts.
struct PurposeGrounds: Sendable {
  let map: DataMap
  let purpose: String
  /// In ``DataMap/declarations``.
  let places: [Int]

  /// Whether they cover each field of a collection, by the field's number.
  /// - Parameter onlyKept: counts those only that say that the data has to be kept.
  func covers(_ collection: RecordCollection, onlyKept: Bool = false) -> [Bool] {
    let counting = onlyKept ? places.filter { map.declarations[$0].mustKeep != nil } : places
    return map.coverage(of: collection).map { $0.contains(where: counting.contains) }
  }

  /// Sees that the purpose covers fields.
  /// - Throws: ``VaultError/purposeRefused(reason:)``.
  func expect(
    toCover fields: some Sequence<DeclaredField>, in collection: RecordCollection
  ) throws(VaultError) {
    let covers = covers(collection)
    let stray = fields.filter { !covers[$0.number] }
    guard stray.isEmpty else { throw refusal(of: stray, in: collection) }
  }

  func refusal(of stray: [DeclaredField], in collection: RecordCollection) -> VaultError {
    let names = stray.prefix(5).map { "\(collection.name).\($0.name)" }.joined(separator: ", ")
    return .purposeRefused(reason: "the purpose \(purpose) does not cover \(names)")
  }
}
