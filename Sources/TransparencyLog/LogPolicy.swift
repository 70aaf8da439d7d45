import Primitives

/// Whose signatures make a checkpoint believable (C2SP tlog-policy): the keys of logs, the keys of witnesses, and how
/// many of the witnesses must have cosigned.
public struct LogPolicy: Hashable, Sendable {
  /// The key of a log and where it is served.
  public struct Log: Hashable, Sendable {
    public let key: VerifierKey
    public let url: String?
  }

  /// A witness, its key, and where it takes requests.
  public struct Witness: Hashable, Sendable {
    public let name: String
    public let key: VerifierKey
    public let url: String?
  }

  /// How many of these witnesses and groups must agree.
  struct Group: Hashable, Sendable {
    let name: String
    let threshold: Int
    let members: [String]
  }

  /// No policy may be longer, in bytes.
  public static let largest = 256 * 1_024

  /// The logs; a checkpoint must be signed by a key of its own origin.
  public private(set) var logs: [Log]
  /// The witnesses.
  public private(set) var witnesses: [Witness]
  private(set) var groups: [Group]
  /// The witness or group that must agree; nil when no witness is asked for.
  private(set) var quorum: String?

  /// The policy that trusts a log's own keys and asks for no witness.
  public init(trusting keys: [VerifierKey]) {
    logs = keys.map { Log(key: $0, url: nil) }
    witnesses = []
    groups = []
    quorum = nil
  }

  /// This policy with these logs in place of its own.
  public func replacingLogs(with keys: [VerifierKey]) -> LogPolicy {
    var policy = self
    policy.logs = keys.map { Log(key: $0, url: nil) }
    return policy
  }
}

extension LogPolicy {
  /// Reads a policy file.
  /// - Throws: ``TransparencyLogError/malformed(_:line:reason:)`` naming the line.
  public init(parsing bytes: some Collection<UInt8>) throws(TransparencyLogError) {
    guard bytes.count <= Self.largest, let text = String(validating: bytes, as: UTF8.self) else {
      throw .malformed(.policy, line: nil, reason: "it is too long or not valid UTF-8")
    }
    self.init(trusting: [])
    var quorumSeen = false
    for (offset, line) in ((text + "\n").terminatedLines ?? []).enumerated() {
      let words = line.unicodeScalars.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\r" }).map {
        String($0)
      }
      guard let keyword = words.first, !keyword.hasPrefix("#") else { continue }
      guard !quorumSeen || keyword != "quorum" else {
        throw .malformed(.policy, line: offset + 1, reason: "there is a quorum line already")
      }
      quorumSeen = quorumSeen || keyword == "quorum"
      try read(keyword, Array(words.dropFirst()), line: offset + 1)
    }
    guard quorumSeen else {
      throw .malformed(.policy, line: nil, reason: "there is no quorum line; write 'quorum none' to ask for no witness")
    }
  }

  private mutating func read(_ keyword: String, _ words: [String], line: Int) throws(TransparencyLogError) {
    func malformed(_ reason: String) -> TransparencyLogError { .malformed(.policy, line: line, reason: reason) }
    func key(_ text: String, _ kind: VerifierKey.Kind) throws(TransparencyLogError) -> VerifierKey {
      let key: VerifierKey
      do { key = try VerifierKey(text) } catch { throw malformed("\(error)") }
      guard key.kind == kind else {
        throw malformed("key \(key.name) is of type \(key.kind.rawValue), not \(kind.rawValue)")
      }
      return key
    }
    switch (keyword, words.count) {
    case ("log", 1...2):
      let log = Log(key: try key(words[0], .ed25519), url: words.dropFirst().first)
      guard !logs.contains(where: { $0.key == log.key }) else { throw malformed("this log key is listed twice") }
      logs.append(log)
    case ("witness", 2...3):
      let witness = Witness(name: words[0], key: try key(words[1], .cosignature), url: words.dropFirst(2).first)
      guard !isDefined(witness.name) else { throw malformed("the name \(witness.name) is taken") }
      guard !witnesses.contains(where: { $0.key == witness.key }) else {
        throw malformed("this witness key is listed twice; it would count twice")
      }
      witnesses.append(witness)
    case ("group", 3...):
      groups.append(try group(named: words[0], threshold: words[1], members: Array(words[2...]), malformed))
    case ("quorum", 1):
      guard words[0] == "none" || isDefined(words[0]) else { throw malformed("\(words[0]) is not defined above") }
      quorum = words[0] == "none" ? nil : words[0]
    default:
      throw malformed("expected log, witness, group or quorum with its words")
    }
  }

  private func group(
    named name: String, threshold: String, members: [String], _ malformed: (String) -> TransparencyLogError
  ) throws(TransparencyLogError) -> Group {
    guard !isDefined(name) else { throw malformed("the name \(name) is taken") }
    guard Set(members).count == members.count else { throw malformed("a member is listed twice") }
    if let unknown = members.first(where: { !isDefined($0) || $0 == "none" }) {
      throw malformed("\(unknown) is not defined above")
    }
    let needed: Int? =
      switch threshold {
      case "all": members.count
      case "any": 1
      default: UInt64(decimal: threshold).flatMap(Int.init(exactly:))
      }
    guard let needed, (1...members.count).contains(needed) else {
      throw malformed("the threshold is all, any or a number from 1 to \(members.count)")
    }
    return Group(name: name, threshold: needed, members: members)
  }

  private func isDefined(_ name: String) -> Bool {
    name == "none" || witnesses.contains { $0.name == name } || groups.contains { $0.name == name }
  }

  /// The policy's text; reading it gives the same policy.
  public var text: String {
    let logLines = logs.map { "log \($0.key)\($0.url.map { " \($0)" } ?? "")\n" }
    let witnessLines = witnesses.map { "witness \($0.name) \($0.key)\($0.url.map { " \($0)" } ?? "")\n" }
    let groupLines = groups.map { "group \($0.name) \($0.threshold) \($0.members.joined(separator: " "))\n" }
    return (logLines + witnessLines + groupLines).joined() + "quorum \(quorum ?? "none")\n"
  }

  /// Whether any witness must agree.
  public var asksForWitnesses: Bool { quorum != nil }

  /// Whether these witnesses are enough.
  func isSatisfied(by agreeing: Set<String>) -> Bool {
    // Groups name only what is defined above them, so one pass in order settles each.
    var satisfied = agreeing
    for group in groups where group.members.count(where: satisfied.contains) >= group.threshold {
      satisfied.insert(group.name)
    }
    return quorum.map(satisfied.contains) ?? true
  }
}
