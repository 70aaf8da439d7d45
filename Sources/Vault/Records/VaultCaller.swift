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
  func declarations(for caller: VaultCaller) throws(VaultError) -> [PrivacyDeclaration] {
    let declared = map.declarations(for: caller.purpose)
    guard !declared.isEmpty else {
      throw .purposeRefused(
        reason: caller.purpose.isEmpty
          ? "say for which purpose; the data map declares \(map.purposes.joined(separator: ", "))"
          : "the data map declares no such purpose; it declares \(map.purposes.joined(separator: ", "))")
    }
    let open = declared.filter { $0.roles?.contains(caller.role) ?? true }
    guard !open.isEmpty else {
      throw .purposeRefused(reason: "the purpose \(caller.purpose) is not for the role \(caller.role)")
    }
    return open
  }

  /// Sees that a purpose covers fields.
  /// - Throws: ``VaultError/purposeRefused(reason:)``.
  func expect(
    _ declarations: [PrivacyDeclaration], of purpose: String, toCover fields: some Sequence<DeclaredField>,
    in collection: RecordCollection
  ) throws(VaultError) {
    let stray = fields.filter { field in !declarations.contains { $0.covers(field.categories) } }
    guard stray.isEmpty else {
      throw .purposeRefused(
        reason:
          "the purpose \(purpose) does not cover \(stray.prefix(5).map { "\(collection.name).\($0.name)" }.joined(separator: ", "))"
      )
    }
  }
}
