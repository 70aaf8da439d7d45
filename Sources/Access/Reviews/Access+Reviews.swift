public import Journal
import Primitives
import Storage

extension Access {
  /// Everybody and every program that has access now.
  public func reviewed() async throws -> AccessReview {
    let now = surroundings.now()
    return try await database.read { try reviewed(at: now, $0) }
  }

  private func reviewed(at now: Instant, _ transaction: ReadTransaction) throws -> AccessReview {
    let members = try MemberStore.all(transaction).filter(\.isActive).map { stored in
      AccessReview.MemberRow(
        member: member(stored), lastSeen: stored.lastSeen, uses: try UseStore.uses(of: stored.id, transaction))
    }
    let authors = try members.map { try $0.member.author() } + [.operator]
    let keys = try APIKeyStore.allOpen(at: now, transaction).map { key in
      AccessReview.KeyRow(key: key, makerHasAccess: authors.contains { $0.name == key.maker })
    }
    return AccessReview(members: members, keys: keys)
  }

  /// Ends a review: whoever is to be removed loses access at once, and so does the program of a key, all or none.
  /// - Throws: ``AccessError/reviewOutdated`` when members and keys are not those that the reviewer saw any more,
  ///   ``AccessError/lastOwner``.
  public func review(
    _ answers: AccessReview.Answers, by author: Entry.Author
  ) async throws -> AccessReview.Report {
    let now = surroundings.now()
    let report = try await database.write { transaction in
      let review = try reviewed(at: now, transaction)
      guard review.isAnswered(by: answers) else { throw AccessError.reviewOutdated }
      let removed = review.members.map(\.member).filter { answers.members[$0.id]?.answer == .remove }
      let revoked = review.keys.map(\.key).filter { answers.keys[$0.id] == .remove }
      guard review.members.contains(where: { $0.member.role.id == RoleTable.owner && !removed.contains($0.member) })
      else { throw AccessError.lastOwner }
      for member in removed { try end(member.id, by: author, transaction) }
      for key in revoked { try revoke(key, at: now, by: author, transaction) }
      let report = AccessReview.Report(
        members: (review.members.count - removed.count, removed.count),
        keys: (review.keys.count - revoked.count, revoked.count),
        document: review.document(answers, by: author, at: now))
      try record(
        "access.reviewed", by: author,
        [
          "kept": .integer(Int64(report.members.kept)), "removed": .integer(Int64(report.members.removed)),
          "keys-kept": .integer(Int64(report.keys.kept)), "keys-revoked": .integer(Int64(report.keys.removed)),
        ], transaction)
      return report
    }
    openKeys.forget()
    return report
  }
}
