import Crypto
public import Journal
public import Primitives
public import Storage

extension Channel {
  /// Every observation that is recorded, by any node: the check's name, a space, and the target.
  public static let observations = Channel("observations")
}

extension ObligationRegister {
  /// So many failures to look in a row, and an alert is raised.
  public static let failuresBeforeAlert: Int64 = 3

  /// Records an observation: evidence, journal entry and every status that changes with it, in one transaction. The
  /// listeners of ``Channel/observations`` are told.
  /// - Returns: the journal entry.
  /// - Throws: ``ObligationsError/refused(reason:)`` for a target whose name is longer than a web address may be.
  @discardableResult
  public func record(_ observation: Observation) async throws -> Identifier<Entry> {
    try await change { try record(observation, $0) }
  }

  /// Records many observations in one transaction, all or none; how everything stands is compared once.
  /// - Returns: the journal entries, in the order of the observations.
  @discardableResult
  public func record(_ observations: [Observation]) async throws -> [Identifier<Entry>] {
    try await change { transaction in
      let entries = try observations.map { try enter($0, transaction) }
      try reviewStandings(at: surroundings.now(), transaction)
      return entries
    }
  }

  func record(_ observation: Observation, _ transaction: WriteTransaction) throws -> Identifier<Entry> {
    let entry = try enter(observation, transaction)
    try reviewStandings(at: surroundings.now(), transaction)
    return entry
  }

  /// Evidence and journal entry, without a look at what they change.
  private func enter(_ observation: Observation, _ transaction: WriteTransaction) throws -> Identifier<Entry> {
    guard observation.target.utf8.count <= 2_048 else {
      throw ObligationsError.refused(reason: "a target's name has at most 2048 bytes")
    }
    let entry = try journal.append(Self.draft(of: observation), in: transaction)
    try ObligationsStore.insert(observation, entry: entry.bytes, transaction)
    try transaction.notify(.observations, "\(observation.check) \(observation.target)")
    let last = try ObligationsStore.look(observation.check, at: observation.target, transaction)
    // An observation that was long in coming does not displace a newer one.
    guard last.map({ $0.at <= observation.at }) ?? true else { return entry }
    let look = try self.look(after: last, observation, transaction)
    try ObligationsStore.put(look, transaction)
    return entry
  }

  private func look(
    after last: EvidenceBook.Look?, _ observation: Observation, _ transaction: WriteTransaction
  ) throws -> EvidenceBook.Look {
    let failed = !observation.wasTaken
    let failures = failed ? (last?.failures ?? 0) + 1 : 0
    var alerted = last?.alerted
    // Whoever could not look has not seen that it was mended.
    let found: Instant? =
      switch observation.verdict.outcome {
      case .notSatisfied: observation.at
      case .satisfied: nil
      case .couldNotCheck: last?.found
      }
    let facts: [String: JSON] = [
      "check": .string(observation.check.text), "target": .string(observation.target), "failures": .integer(failures),
    ]
    if failures >= Self.failuresBeforeAlert, alerted == nil {
      alerted = observation.at
      try journal.append(
        Entry.Draft(kind: Entry.Kind(literal: "check.failing"), author: .system, facts: facts), in: transaction)
    } else if !failed, alerted != nil {
      alerted = nil
      try journal.append(
        Entry.Draft(kind: Entry.Kind(literal: "check.recovered"), author: .system, facts: facts), in: transaction)
    }
    return EvidenceBook.Look(
      check: observation.check, target: observation.target, observation: observation.id, at: observation.at,
      expires: observation.expires, verdict: observation.verdict, failures: failures, alerted: alerted,
      found: found)
  }

  /// An entry names so many findings, the worst; an entry is a statement, not a document.
  static let mostFindingsInEntry = 100

  /// What an outsider may know of an observation: what was looked at, what came out, and the digest of what was seen.
  /// Where there are more findings than an entry names, `findingsOmitted` says how many more.
  private static func draft(of observation: Observation) -> Entry.Draft {
    let all = observation.verdict.findings
    let findings = all.prefix(mostFindingsInEntry).map { finding in
      JSON.object(["code": .string(finding.code.text), "severity": .string(finding.severity.rawValue)])
    }
    var facts: [String: JSON] = [
      "observation": .string("\(observation.id)"), "check": .string(observation.check.text),
      "target": .string(observation.target), "outcome": .string(observation.verdict.outcome.rawValue),
      "findings": .array(Array(findings)), "at": .string(observation.at.rfc3339),
      "expires": .string(observation.expires.rfc3339),
      "seen": .string(Hexadecimal.encode(SHA256.hash(data: observation.seen))),
    ]
    let omitted = all.count - findings.count
    if omitted > 0 { facts["findingsOmitted"] = .integer(Int64(omitted)) }
    return Entry.Draft(kind: Entry.Kind(literal: "check.observed"), author: .system, facts: facts)
  }

  /// Compares how everything stands with how it stood last; what changed is kept and journalled. Evidence goes stale
  /// without anybody doing anything, so the scheduler calls this too.
  /// - Returns: what changed.
  @discardableResult
  public func reviewStandings() async throws -> [StandingChange] {
    try await change { try reviewStandings(at: surroundings.now(), $0) }
  }

  @discardableResult
  func reviewStandings(at now: Instant, _ transaction: WriteTransaction) throws -> [StandingChange] {
    let footing = try footing(at: now, transaction)
    let book = try book(at: now, on: footing, transaction)
    let current =
      catalogue.duties.map { ("duty:\($0.code)", book.status(of: $0)) }
      + footing.obligations.map { ("requirement:\($0.requirement.code)", book.status(of: $0.requirement)) }
    let known = try StandingStore.standings(transaction)
    let moved = current.filter { known[$0.0] != $0.1.standing }
    try StandingStore.put(moved.map { ($0.0, $0.1.standing) }, at: now, transaction)
    // What applies no more has no standing; when it applies again, it begins anew.
    try StandingStore.delete(Set(known.keys).subtracting(current.map(\.0)).sorted(), transaction)
    // What is new to the register has not changed; it begins.
    let changed = moved.compactMap { subject, status in known[subject].map { (subject, $0, status) } }
    let entries = try journal.append(
      changed.map { subject, was, status in
        Entry.Draft(
          kind: Entry.Kind(literal: "standing.changed"), author: .system,
          facts: [
            "subject": .string(subject), "was": .string(was.rawValue), "became": .string(status.standing.rawValue),
          ])
      }, in: transaction)
    let changes = zip(changed, entries).map { change, entry in
      StandingChange(
        subject: change.0, was: change.1, became: change.2.standing, reason: change.2.reasons[0], at: now, entry: entry)
    }
    try StandingStore.insert(changes, transaction)
    return changes
  }
}
