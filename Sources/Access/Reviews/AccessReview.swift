public import Journal
public import Primitives
import Storage

/// Who may do what, looked through by a person: everybody who has access is kept or loses it.
public struct AccessReview: Sendable {
  /// A member as the reviewer sees them.
  public struct Row: Sendable {
    public let member: Member
    public let lastSeen: Instant?
    /// When each action that the role gives was used last; those that were never used are not here.
    public let uses: [Action: Instant]
  }

  /// What the reviewer decided.
  public enum Answer: String, CaseIterable, Sendable { case keep, remove }

  /// How the review ended.
  public struct Report: Sendable {
    public let kept: Int
    public let removed: Int
    /// The list with each decision, for the file: text in UTF-8.
    public let document: [UInt8]
  }
}

extension Access {
  /// Everybody who has access now, by name.
  public func reviewed() async throws -> [AccessReview.Row] {
    try await database.read { transaction in
      try MemberStore.all(transaction).filter(\.isActive).map { stored in
        AccessReview.Row(
          member: member(stored), lastSeen: stored.lastSeen, uses: try UseStore.uses(of: stored.id, transaction))
      }
    }
  }

  /// Ends a review: whoever is to be removed loses access at once, all or nobody.
  /// - Parameter answers: one for each member who has access now, with the role that the reviewer saw.
  /// - Throws: ``AccessError/reviewOutdated`` when the members are not those that the reviewer saw any more,
  ///   ``AccessError/lastOwner``.
  public func review(
    _ answers: [Identifier<Member>: (role: String, answer: AccessReview.Answer)], by author: Entry.Author
  ) async throws -> AccessReview.Report {
    let now = surroundings.now()
    return try await database.write { transaction in
      let active = try MemberStore.all(transaction).filter(\.isActive)
      guard active.count == answers.count, active.allSatisfy({ answers[$0.id]?.role == $0.role }) else {
        throw AccessError.reviewOutdated
      }
      guard active.contains(where: { $0.role == RoleTable.owner && answers[$0.id]?.answer == .keep }) else {
        throw AccessError.lastOwner
      }
      var lines = ["Access review of \(now.rfc3339) by \(author.name)", "", "member  role  last here  decision"]
      var removed = 0
      for stored in active {
        let answer = answers[stored.id]?.answer ?? .keep
        lines.append(
          "\(stored.name)  \(stored.role)  \(stored.lastSeen?.rfc3339 ?? "never")  \(answer.rawValue)")
        guard answer == .remove else { continue }
        removed += 1
        try end(stored.id, by: author, transaction)
      }
      try record(
        "access.reviewed", by: author,
        ["kept": .integer(Int64(active.count - removed)), "removed": .integer(Int64(removed))], transaction)
      return AccessReview.Report(
        kept: active.count - removed, removed: removed, document: Array((lines.joined(separator: "\n") + "\n").utf8))
    }
  }
}
