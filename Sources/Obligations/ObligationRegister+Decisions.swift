import Crypto
public import Journal
public import Primitives
import Storage

/// What people say and decide. Each is signed with a name and journalled; none overwrites what was seen.
extension ObligationRegister {
  /// Puts a profile in force; the old one stays on record.
  /// - Returns: the profile.
  /// - Throws: ``ObligationsError/malformed(file:line:reason:)``; then nothing was changed.
  @discardableResult
  public func setProfile(_ yaml: String, by author: Entry.Author, file: String = "surety.yaml") async throws -> Profile
  {
    let profile = try Profile(yaml: Array(yaml.utf8), file: file)
    let now = surroundings.now()
    try await change { transaction in
      let before = try DecisionStore.profile(transaction)
      guard before != yaml else { return }
      // One that an older version took may be unreadable now; then every supplier counts as new.
      let known = before.flatMap { try? Profile(yaml: Array($0.utf8), file: file) }?.suppliers ?? []
      let suppliers = SupplierDifference(from: known, to: profile.suppliers)
      try DecisionStore.insertProfile(yaml, by: author.name, at: now, transaction)
      try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "profile.changed"), author: author,
          facts: ["digest": .string(Hexadecimal.encode(SHA256.hash(data: Array(yaml.utf8))))]), in: transaction)
      if !suppliers.isEmpty { try journal.append(suppliers.draft(by: author), in: transaction) }
      try plan(at: now, transaction)
      try reviewStandings(at: now, transaction)
    }
    return profile
  }

  /// Takes a person's statement with its document.
  /// - Throws: ``ObligationsError/refused(reason:)`` when the control takes no statement, or the statement is too long,
  ///   empty, without a document or runs longer than the control allows.
  @discardableResult
  public func attest(_ draft: Attestation.Draft, by author: Entry.Author) async throws -> Attestation {
    let now = surroundings.now()
    try expectAttestable(draft, at: now)
    let id = Identifier<Attestation>(in: surroundings)
    let document = Attestation.Document(
      name: draft.documentName, digest: Hexadecimal.encode(SHA256.hash(data: draft.document)),
      size: Int64(draft.document.count))
    return try await change { transaction in
      let entry = try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "control.attested"), author: author,
          facts: [
            "attestation": .string("\(id)"), "control": .string(draft.control.text),
            "expires": .string(draft.expires.rfc3339), "document": .string(document.digest),
          ], personal: ["statement": draft.statement]), in: transaction)
      let attestation = Attestation(
        id: id, control: draft.control, statement: draft.statement, author: author.name, signed: now,
        expires: draft.expires, document: document, withdrawn: nil, entry: entry)
      try DecisionStore.insert(attestation, document: draft.document, transaction)
      try reviewStandings(at: now, transaction)
      return attestation
    }
  }

  private func expectAttestable(_ draft: Attestation.Draft, at now: Instant) throws(ObligationsError) {
    guard let control = catalogue.control(draft.control) else {
      throw .unknown(kind: "control", name: draft.control.text)
    }
    guard let longest = control.attestation else {
      throw .refused(
        reason: "no statement counts as evidence for \(control.code): \(control.awaits ?? "its checks look at it")")
    }
    guard (1...Attestation.longestStatement).contains(draft.statement.utf8.count) else {
      throw .refused(reason: "a statement has 1 to \(Attestation.longestStatement) bytes")
    }
    guard (1...Attestation.largestDocument).contains(draft.document.count),
      (1...200).contains(draft.documentName.utf8.count)
    else {
      throw .refused(reason: "a statement needs a named document of at most \(Attestation.largestDocument >> 20) MiB")
    }
    guard draft.expires > now, draft.expires <= longest.after(now) else {
      throw .refused(reason: "the statement must end within \(longest): that is how long it counts for \(control.code)")
    }
  }

  /// All attestations, the newest first.
  public func attestations() async throws -> [Attestation] {
    try await database.read { try DecisionStore.attestations($0) }
  }

  /// The document of an attestation with its name; nil when there is no such attestation.
  public func document(of id: Identifier<Attestation>) async throws -> (name: String, bytes: [UInt8])? {
    try await database.read { try DecisionStore.document(of: id, $0) }.map { ($0.0, $0.1) }
  }

  /// Withdraws an attestation; it stays on record and no longer counts.
  public func withdraw(_ id: Identifier<Attestation>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await change { transaction in
      guard try DecisionStore.withdraw(id, at: now, transaction) else {
        throw ObligationsError.unknown(kind: "attestation in force", name: "\(id)")
      }
      try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "attestation.withdrawn"), author: author,
          facts: ["attestation": .string("\(id)")]), in: transaction)
      try reviewStandings(at: now, transaction)
    }
  }

  /// Accepts, until a date, that something is not met.
  /// - Throws: ``ObligationsError/refused(reason:)`` when the reason is missing or the end is too far away.
  @discardableResult
  public func grant(
    _ subject: Exception.Subject, reason: String, until end: Instant, by approver: Entry.Author
  ) async throws -> Exception {
    let now = surroundings.now()
    try expectKnown(subject)
    guard (1...Attestation.longestStatement).contains(reason.utf8.count) else {
      throw ObligationsError.refused(
        reason: "an exception needs a reason of at most \(Attestation.longestStatement) bytes")
    }
    guard end > now, end <= Exception.longest.after(now) else {
      throw ObligationsError.refused(reason: "an exception must end within \(Exception.longest)")
    }
    let id = Identifier<Exception>(in: surroundings)
    return try await change { transaction in
      let entry = try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "exception.granted"), author: approver,
          facts: [
            "exception": .string("\(id)"), "subject": .string(subject.name), "ends": .string(end.rfc3339),
          ], personal: ["reason": reason]), in: transaction)
      let exception = Exception(
        id: id, subject: subject, reason: reason, approver: approver.name, granted: now, ends: end, ended: nil,
        entry: entry)
      try DecisionStore.insert(exception, transaction)
      try reviewStandings(at: now, transaction)
      return exception
    }
  }

  private func expectKnown(_ subject: Exception.Subject) throws(ObligationsError) {
    switch subject {
    case .control(let code):
      guard catalogue.control(code) != nil else { throw .unknown(kind: "control", name: code.text) }
    case .requirement(let code):
      guard catalogue.frameworks.contains(where: { $0.requirements.contains { $0.code == code } }) else {
        throw .unknown(kind: "requirement", name: code.text)
      }
    }
  }

  /// All exceptions, the newest first.
  public func exceptions() async throws -> [Exception] { try await database.read { try DecisionStore.exceptions($0) } }

  /// Ends an exception before its time.
  public func end(_ id: Identifier<Exception>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await change { transaction in
      guard try DecisionStore.end(id, at: now, transaction) else {
        throw ObligationsError.unknown(kind: "exception in force", name: "\(id)")
      }
      try journal.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "exception.ended"), author: author, facts: ["exception": .string("\(id)")]),
        in: transaction)
      try reviewStandings(at: now, transaction)
    }
  }
}
