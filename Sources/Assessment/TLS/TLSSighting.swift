/// What a server offers in TLS, as it answered itself. Versions, suites and groups are stored by their names.
struct TLSSighting: Sendable {
  /// How a version was answered.
  enum Answer: String, Codable, Sendable {
    case offered, refused
    /// The server hung up without a word.
    case closed
    /// Three hellos were not answered in time, while hellos of another version before and after them were.
    case ignored
    /// Hellos were not answered in time.
    case silent
    /// What came is not TLS.
    case unreadable
  }

  struct Version: Sendable {
    let version: TLSVersion
    var answer: Answer
    /// Codes of the IANA registry, in the order in which the server chose them.
    var suites: [UInt16]
    /// Whether it could not be found out whether there are more.
    var isPartial = false
  }

  /// Scheme, host and port.
  let endpoint: String
  /// Empty where the shop is served over http.
  let versions: [Version]
  /// Codes of the groups it takes for the key exchange.
  let groups: [UInt16]
  /// Whether it could not be found out whether there are more groups.
  var groupsArePartial = false
  /// The shortest prime of a finite-field key exchange it was seen to use, in bits.
  let shortestPrime: Int?
  /// Whether it staples an answer about revocation; nil where its versions do not show that in the clear, or the
  /// certificate names nobody who would give one.
  let staples: Bool?

  /// The shop is served over http.
  static func plain(_ endpoint: String) -> TLSSighting {
    TLSSighting(endpoint: endpoint, versions: [], groups: [], shortestPrime: nil, staples: nil)
  }

  var offered: [Version] { versions.filter { $0.answer == .offered } }

  /// Whether all that it offers hides what it staples: TLS 1.3 encrypts that.
  var hidesStaple: Bool { !offered.isEmpty && offered.allSatisfy { $0.version == .tls13 } }

  /// What this client does not speak, and so does not judge.
  static let unspoken =
    "Not asked for: SSL 2.0; suites with a pre-shared key, Kerberos, SRP or GOST; quantum-safe groups but ML-KEM-768."
}

extension TLSSighting: Codable {
  private enum Member: String, CodingKey {
    case endpoint, versions, groups, groupsArePartial, shortestPrime, staples
  }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Member.self)
    endpoint = try members.decode(String.self, forKey: .endpoint)
    versions = try members.decode([Version].self, forKey: .versions)
    groups = try members.decode([RegisteredCode].self, forKey: .groups).map { code in
      try code.number { KeyExchangeGroup.code(named: $0) }
    }
    groupsArePartial = try members.decodeIfPresent(Bool.self, forKey: .groupsArePartial) ?? false
    shortestPrime = try members.decodeIfPresent(Int.self, forKey: .shortestPrime)
    staples = try members.decodeIfPresent(Bool.self, forKey: .staples)
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Member.self)
    try members.encode(endpoint, forKey: .endpoint)
    try members.encode(versions, forKey: .versions)
    try members.encode(groups.map(KeyExchangeGroup.name), forKey: .groups)
    try members.encode(groupsArePartial, forKey: .groupsArePartial)
    try members.encodeIfPresent(shortestPrime, forKey: .shortestPrime)
    try members.encodeIfPresent(staples, forKey: .staples)
  }
}

extension TLSSighting.Version: Codable {
  private enum Member: String, CodingKey { case version, answer, suites, isPartial }

  init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: Member.self)
    version = try members.decode(TLSVersion.self, forKey: .version)
    answer = try members.decode(TLSSighting.Answer.self, forKey: .answer)
    suites = try members.decode([RegisteredCode].self, forKey: .suites).map { code in
      try code.number { CipherSuite.code(named: $0) }
    }
    isPartial = try members.decode(Bool.self, forKey: .isPartial)
  }

  func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Member.self)
    try members.encode(version, forKey: .version)
    try members.encode(answer, forKey: .answer)
    try members.encode(suites.map(CipherSuite.name), forKey: .suites)
    try members.encode(isPartial, forKey: .isPartial)
  }
}

/// A code of a registry as it is stored: by its name, or, in evidence of before, by its number.
private enum RegisteredCode: Decodable {
  case number(UInt16)
  case name(String)

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let number = try? value.decode(UInt16.self) {
      self = .number(number)
    } else {
      self = .name(try value.decode(String.self))
    }
  }

  func number(by names: (String) -> UInt16?) throws -> UInt16 {
    switch self {
    case .number(let number): return number
    case .name(let name):
      guard let number = names(name) else {
        throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "no such code"))
      }
      return number
    }
  }
}
