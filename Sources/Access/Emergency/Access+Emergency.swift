public import Journal
public import Primitives
import Storage

extension Access {
  /// Opens emergency access for a session: from now on it may do what the table of roles adds, until the time is over. What
  /// was open for the member before ends.
  /// - Parameter minutes: 5 up to what the table allows.
  /// - Returns: what was opened; the reason is in the journal as a commitment only.
  /// - Throws: ``AccessError/emergencyRefused(reason:)``, `StorageError`.
  @discardableResult
  public func openEmergency(
    for session: Session, reason: String, minutes: Int
  ) async throws -> EmergencyAccess {
    let member = session.member
    guard !member.isMachine, member.role.actions.contains(.openEmergency) else {
      throw AccessError.emergencyRefused(reason: "the role \(member.role.id) may not open it")
    }
    let reason = try Self.words(reason, "the reason")
    guard (5...roles.emergency.minutes).contains(minutes) else {
      throw AccessError.emergencyRefused(reason: "it lasts 5 to \(roles.emergency.minutes) minutes")
    }
    let now = surroundings.now()
    let opened = EmergencyAccess(
      id: Identifier(in: surroundings), member: member.id, name: member.name, reason: reason, opened: now,
      ends: now.advanced(by: .seconds(Int64(minutes) * 60)), uses: [], review: nil)
    let author = try member.author()
    try await database.write { transaction in
      for earlier in try EmergencyStore.open(of: member.id, at: now, transaction) {
        try end(earlier, at: now, by: author, transaction)
      }
      try EmergencyStore.insert(opened, for: session.id, transaction)
      try journal?.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "emergency.opened"), author: author,
          facts: [
            "emergency": .string("\(opened.id)"), "member": .string("\(member.id)"),
            "ends": .string(opened.ends.rfc3339),
          ], personal: ["reason": reason]), in: transaction)
    }
    return opened
  }

  /// Ends it before its time; nothing happens when it has ended already.
  /// - Throws: ``AccessError/unknown(kind:name:)``, `StorageError`.
  public func endEmergency(_ id: Identifier<EmergencyAccess>, by author: Entry.Author) async throws {
    let now = surroundings.now()
    try await database.write { transaction in
      let stored = try knownEmergency(id, transaction)
      guard stored.isOpen(at: now) else { return }
      try end(id, at: now, by: author, transaction)
    }
  }

  private func end(
    _ id: Identifier<EmergencyAccess>, at now: Instant, by author: Entry.Author, _ transaction: WriteTransaction
  ) throws {
    try EmergencyStore.putEnd(now, of: id, transaction)
    try record("emergency.ended", by: author, ["emergency": .string("\(id)")], transaction)
  }

  /// Says whether emergency access was justified. Nobody reviews their own.
  /// - Throws: ``AccessError/emergencyRefused(reason:)`` while it is open, for one's own, and for what was reviewed;
  ///   ``AccessError/unknown(kind:name:)``, `StorageError`.
  public func reviewEmergency(
    _ id: Identifier<EmergencyAccess>, isJustified: Bool, statement: String, by reviewer: Member
  ) async throws {
    let statement = try Self.words(statement, "the statement")
    let (now, author) = (surroundings.now(), try reviewer.author())
    try await database.write { transaction in
      let stored = try knownEmergency(id, transaction)
      guard stored.member != reviewer.id else {
        throw AccessError.emergencyRefused(
          reason: "nobody reviews their own; ask another member who may manage members")
      }
      guard !stored.isOpen(at: now) else {
        throw AccessError.emergencyRefused(reason: "it is still open; end it first")
      }
      guard stored.review == nil else { throw AccessError.emergencyRefused(reason: "it was reviewed already") }
      try EmergencyStore.putReview(
        EmergencyAccess.Review(reviewer: author.name, at: now, isJustified: isJustified, statement: statement), of: id,
        transaction)
      try journal?.append(
        Entry.Draft(
          kind: Entry.Kind(literal: "emergency.reviewed"), author: author,
          facts: ["emergency": .string("\(id)"), "justified": .bool(isJustified)], personal: ["statement": statement]),
        in: transaction)
    }
  }

  /// All emergency access that was ever opened, the newest first, 200 at most.
  public func emergencies() async throws -> [EmergencyAccess] {
    try await database.read { try EmergencyStore.newest(200, $0) }
  }

  /// - Throws: ``AccessError/unknown(kind:name:)``, `StorageError`.
  public func emergency(_ id: Identifier<EmergencyAccess>) async throws -> EmergencyAccess {
    try await database.read { try knownEmergency(id, $0) }
  }

  /// What is open now, to be told to everybody.
  public func openEmergencies() async throws -> [EmergencyAccess] {
    let now = surroundings.now()
    return try await database.read { try EmergencyStore.open(at: now, $0) }
  }

  /// What is open, or ended and was not reviewed.
  func unreviewedEmergencies() async throws -> [EmergencyAccess] {
    try await database.read { try EmergencyStore.unreviewed($0) }
  }

  private func knownEmergency(
    _ id: Identifier<EmergencyAccess>, _ transaction: ReadTransaction
  ) throws -> EmergencyAccess {
    guard let stored = try EmergencyStore.emergency(id, transaction) else {
      throw AccessError.unknown(kind: "emergency access", name: "\(id)")
    }
    return stored
  }

  private static func words(_ text: String, _ what: String) throws(AccessError) -> String {
    // White space says nothing, so it does not count.
    let count = text.split(whereSeparator: \.isWhitespace).joined(separator: " ").count
    guard EmergencyAccess.words.contains(count), text.utf8.count <= 4_000 else {
      throw .emergencyRefused(
        reason: "\(what) has \(EmergencyAccess.words.lowerBound) to \(EmergencyAccess.words.upperBound) characters")
    }
    return text
  }
}
