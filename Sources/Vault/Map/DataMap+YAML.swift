import Obligations
import Primitives

extension DataMap {
  /// Reads a map.
  /// - Parameter file: what it is called in errors.
  /// - Throws: ``VaultError/unusableMap(file:line:reason:)``.
  public init(yaml bytes: [UInt8], file: String) throws(VaultError) {
    let taxonomy = try Taxonomy.shipped()
    do {
      var reader = MapReader(taxonomy: taxonomy)
      let document = try YAMLDocument(bytes, file: file)
      try reader.read(document.root)
      self.init(
        text: String(decoding: bytes, as: UTF8.self), collections: reader.collections,
        declarations: reader.declarations, otherDatasets: reader.otherDatasets,
        warnings: reader.warnings, taxonomy: reader.taxonomy)
      try expectPurposes(at: document.root)
    } catch {
      throw VaultError(error)
    }
  }

  /// Data minimisation (GDPR, article 5(1)(c)): what is declared for no purpose is not to be there.
  private func expectPurposes(at place: YAMLValue) throws(ObligationsError) {
    for collection in collections {
      for (field, covering) in zip(collection.fields, coverage(of: collection)) where covering.isEmpty {
        throw place.malformed(
          "\(collection.name).\(field.name) is declared for no purpose: no privacy declaration covers "
            + "\(field.categories.joined(separator: ", ")). Declare why it is needed, or leave it out")
      }
    }
    for declaration in declarations {
      guard case .field(let name)? = declaration.retention?.start else { continue }
      let isThere = collections.contains { collection in
        collection[name]?.type == .date && collection.fields.contains { declaration.covers($0.categories) }
      }
      guard isThere || collections.isEmpty else {
        throw place.malformed(
          "'\(declaration.name)' counts from the field \(name), which is no date in any collection that it covers")
      }
    }
  }
}

/// Reads what fideslang knows, and what is Surety's in `surety_meta`; skips the rest.
private struct MapReader {
  var taxonomy: Taxonomy
  private(set) var collections: [RecordCollection] = []
  private(set) var declarations: [PrivacyDeclaration] = []
  private(set) var otherDatasets: [String] = []
  private(set) var warnings: [DataMap.Warning] = []
  private var names = GivenNames()

  init(taxonomy: Taxonomy) { self.taxonomy = taxonomy }

  mutating func read(_ root: YAMLValue) throws(ObligationsError) {
    var members = try root.mapping()
    // Policies, organizations and registries say nothing of what is stored here; they are kept as they are.
    var isKnown = false
    for name in ["policy", "organization", "registry"] where members.optional(name) != nil { isKnown = true }
    // A shop's own words first, so that what follows may use them.
    for kind in Taxonomy.Kind.allCases {
      for item in try members.optional(kind.rawValue)?.list() ?? [] { try readWord(item, kind) }
    }
    for item in try members.optional("dataset")?.list() ?? [] { try readDataset(item) }
    for item in try members.optional("system")?.list() ?? [] { try readSystem(item) }
    for kind in Taxonomy.Kind.allCases where members.optional(kind.rawValue) != nil { isKnown = true }
    guard isKnown || !(collections.isEmpty && declarations.isEmpty && otherDatasets.isEmpty) else {
      throw root.malformed("there is neither a dataset nor a system in it")
    }
    guard collections.count <= 200 else { throw root.malformed("there are more than 200 collections") }
  }

  private mutating func readWord(_ item: YAMLValue, _ kind: Taxonomy.Kind) throws(ObligationsError) {
    var members = try item.mapping()
    let key = try members.required("fides_key")
    let name = try members.optional("name")?.text()
    if let parent = try members.optional("parent_key")?.text() {
      guard try key.text().hasPrefix("\(parent).") else {
        throw key.malformed("its name does not begin with its parent's")
      }
    }
    taxonomy.add(try fidesKey(key), kind, name: name)
  }

  private mutating func readDataset(_ item: YAMLValue) throws(ObligationsError) {
    var members = try item.mapping()
    let key = try members.required("fides_key")
    let name = try fidesKey(key)
    try names.take(name, "dataset", at: key)
    let meta = try members.optional("surety_meta")?.mapping()
    guard try isVault(meta) else {
      otherDatasets.append(name)
      return try skim(members)
    }
    guard collections.isEmpty else { throw item.malformed("two datasets are the vault's; one may be") }
    for value in try members.required("collections").list() {
      let collection = try readCollection(value)
      try names.take(collection.name, "collection", at: value)
      collections.append(collection)
    }
    guard !collections.isEmpty else { throw item.malformed("the vault's dataset has no collections") }
  }

  private func isVault(_ meta: YAMLMapping?) throws(ObligationsError) -> Bool {
    guard var meta else { return false }
    let answer = try meta.optional("vault")?.bool() ?? false
    try meta.finish()
    return answer
  }

  /// Of a dataset elsewhere only the words are read, to say which of them are retired.
  private mutating func skim(_ dataset: YAMLMapping) throws(ObligationsError) {
    var dataset = dataset
    for collection in try dataset.optional("collections")?.list() ?? [] {
      var members = try collection.mapping()
      var waiting = try members.optional("fields")?.list() ?? []
      while let field = waiting.popLast() {
        var members = try field.mapping()
        _ = try words("data_categories", .category, &members)
        waiting += try members.optional("fields")?.list() ?? []
      }
    }
  }

  private mutating func readCollection(_ item: YAMLValue) throws(ObligationsError) -> RecordCollection {
    var members = try item.mapping()
    let key = try members.required("name")
    let name = try Self.name(key)
    var meta = try members.optional("surety_meta")?.mapping()
    let isSingle = try meta?.optional("single")?.bool() ?? false
    let expected = try meta?.optional("expected_records")?.number()
    var given = GivenNames()
    var fields: [DeclaredField] = []
    for value in try members.required("fields").list() {
      let field = try readField(value, number: fields.count)
      try given.take(field.name, "field", at: value)
      fields.append(field)
    }
    guard (1...1_000).contains(fields.count) else { throw item.malformed("a collection has 1 to 1,000 fields") }
    var compounds: [[Int]] = []
    for value in try meta?.optional("indexes")?.list() ?? [] {
      let numbers = try value.list().map { item throws(ObligationsError) -> Int in
        let name = try item.text()
        guard let field = fields.first(where: { $0.name == name }), field.type != .document else {
          throw item.malformed("no field \(name) that could be searched is declared here")
        }
        return field.number
      }
      guard (2...4).contains(numbers.count), Set(numbers).count == numbers.count else {
        throw value.malformed("an index has two to four different fields; one alone says 'search'")
      }
      compounds.append(numbers)
    }
    try meta?.finish()
    return RecordCollection(
      name: name, title: try members.optional("description")?.text() ?? name, isSingle: isSingle,
      expectedRecords: Int(expected ?? Int64(DataMap.usualExpectedRecords)), fields: fields, compounds: compounds)
  }

  private mutating func readField(_ item: YAMLValue, number: Int) throws(ObligationsError) -> DeclaredField {
    var members = try item.mapping()
    let name = try Self.name(try members.required("name"))
    let categories = try words("data_categories", .category, &members)
    guard !categories.isEmpty else { throw item.malformed("\(name) has no data_categories") }
    let isLegacy = members.optional("fides_meta") == nil
    var fides = try members.optional(isLegacy ? "fidesops_meta" : "fides_meta")?.mapping()
    let dataType = fides?.optional("data_type")
    let fidesLength = try fides?.optional("length")?.number()
    var meta = try members.optional("surety_meta")?.mapping()
    let type = try readType(&meta, dataType)
    if VerificationCode.isNamed(name) {
      throw item.malformed("\(name) looks like a card verification code, which may not be stored (PCI DSS 3.3.1)")
    }
    let search = try meta?.optional("search")?.oneOf(DeclaredField.Search.self) ?? .none
    let token = try meta?.optional("token")?.oneOf(TokenFormat.self)
    let length = try meta?.optional("length")?.number() ?? fidesLength ?? Int64(DeclaredField.usualLength)
    guard (1...Int64(DeclaredField.largestLength)).contains(length) else {
      throw item.malformed("\(name) has a length of 1 to \(DeclaredField.largestLength) bytes")
    }
    guard type != .document || (search == .none && token == nil) else {
      throw item.malformed("\(name) is a document, which is neither searched nor has tokens")
    }
    let bits = try meta?.optional("domain_bits")?.number() ?? Int64(type.domainBits)
    guard bits <= 256 else { throw item.malformed("domain_bits is 256 at most") }
    let field = DeclaredField(
      number: number, name: name, title: try members.optional("description")?.text() ?? name,
      categories: categories, type: type, length: Int(length),
      isRequired: try meta?.optional("required")?.bool() ?? false, search: search, domainBits: Int(bits), token: token,
      isTokenDeterministic: try meta?.optional("deterministic")?.bool() ?? false,
      isMasked: try meta?.optional("masked")?.bool() ?? (type == .card))
    try meta?.finish()
    return field
  }

  private func readType(
    _ meta: inout YAMLMapping?, _ dataType: YAMLValue?
  ) throws(ObligationsError) -> FieldType {
    if let type = try meta?.optional("type")?.oneOf(FieldType.self) { return type }
    guard let dataType else { return .text }
    guard let type = FieldType(dataType: try dataType.text()) else {
      throw dataType.malformed("this data_type is not one of string, integer, float, boolean, object, object_id")
    }
    return type
  }

  private mutating func readSystem(_ item: YAMLValue) throws(ObligationsError) {
    var members = try item.mapping()
    let system = try fidesKey(try members.required("fides_key"))
    for value in try members.optional("privacy_declarations")?.list() ?? [] {
      declarations.append(try readDeclaration(value, of: system))
    }
  }

  private mutating func readDeclaration(
    _ item: YAMLValue, of system: String
  ) throws(ObligationsError) -> PrivacyDeclaration {
    var members = try item.mapping()
    let use = try word(try members.required("data_use"), .use)
    let basis = try members.optional("legal_basis_for_processing")?.oneOf(PrivacyDeclaration.LegalBasis.self)
    var meta = try members.optional("surety_meta")?.mapping()
    let start = try meta?.optional("from").map { value throws(ObligationsError) in try Self.start(value) }
    let mustKeep = try meta?.optional("keep")?.text()
    let roles = try meta?.optional("roles")?.list().map { item throws(ObligationsError) in try item.text() }
    try meta?.finish()
    let declaration = PrivacyDeclaration(
      name: try members.optional("name")?.text() ?? use, system: system, use: use,
      categories: try words("data_categories", .category, &members),
      subjects: try words("data_subjects", .subject, &members), legalBasis: basis,
      retention: try retention(members.optional("retention_period"), from: start), mustKeep: mustKeep,
      roles: roles.map { Set($0) })
    guard mustKeep == nil || declaration.retention != nil else {
      throw item.malformed("what has to be kept says for how long: retention_period is missing")
    }
    return declaration
  }

  private mutating func retention(
    _ value: YAMLValue?, from start: RetentionRule.Start?
  ) throws(ObligationsError) -> RetentionRule? {
    guard let value else { return nil }
    let text = try value.text()
    guard let period = RetentionRule.Period(text) else {
      // Published files say it in words; nothing can be carried out by those.
      warnings.append(
        DataMap.Warning(
          line: value.line,
          text: "the retention period '\(text.prefix(60))' is not an ISO 8601 duration such as P2Y, so nothing expires")
      )
      return nil
    }
    return RetentionRule(start: start ?? .collected, period: period)
  }

  private static func start(_ value: YAMLValue) throws(ObligationsError) -> RetentionRule.Start {
    let text = try value.text()
    if text == "collected" { return .collected }
    if text == "changed" { return .changed }
    let parts = text.split(separator: ":", maxSplits: 1).map { String($0).trimmed }
    switch (parts.first, parts.count) {
    case ("event", 2) where SubjectEvent.isName(parts[1]): return .event(parts[1])
    case ("field", 2): return .field(parts[1])
    default: throw value.malformed("expected collected, changed, event:<name> or field:<name>")
    }
  }

  private mutating func words(
    _ name: String, _ kind: Taxonomy.Kind, _ members: inout YAMLMapping
  ) throws(ObligationsError) -> [String] {
    var words: [String] = []
    for item in try members.optional(name)?.list() ?? [] { words.append(try word(item, kind)) }
    return words
  }

  /// A key of the taxonomy; a retired one becomes what stands for it now.
  private mutating func word(_ value: YAMLValue, _ kind: Taxonomy.Kind) throws(ObligationsError) -> String {
    let key = try fidesKey(value)
    if taxonomy.name(of: key, kind) != nil { return key }
    guard let now = taxonomy.successor(of: key, kind) else {
      throw value.malformed(
        "there is no \(kind.word) \(key); declare it under '\(kind.rawValue)', or use one of fideslang's")
    }
    warnings.append(DataMap.Warning(line: value.line, text: "\(key) is retired; read as \(now)"))
    return now
  }

  private func fidesKey(_ value: YAMLValue) throws(ObligationsError) -> String {
    let text = try value.text()
    let isUsable = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_.<>-".utf8.contains($0)
      }
    }
    guard isUsable, text.utf8.count <= 200 else { throw value.malformed("a key has letters, digits and _.<>- only") }
    return text
  }

  /// A name that can stand in an address and in JSON without being changed.
  private static func name(_ value: YAMLValue) throws(ObligationsError) -> String {
    let text = try value.text()
    let isUsable = text.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default: "_-".utf8.contains($0)
      }
    }
    guard isUsable, (1...60).contains(text.utf8.count) else {
      throw value.malformed("a name has 1 to 60 letters, digits, _ and -")
    }
    return text
  }
}
