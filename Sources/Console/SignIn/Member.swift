import Journal
public import Primitives

/// Somebody of the shop's staff, as far as a request needs to know them.
public struct Member: Hashable, Sendable {
  public let id: Identifier<Member>
  /// By which they sign in, and by which their deeds are signed in the journal: a name that means nothing outside.
  public let name: String
  /// As people read it.
  public let role: String
  public let actions: Set<Action>

  /// How the journal names them.
  /// - Throws: `JournalError/malformedEntry(reason:)` for a name that could not have been made.
  func author() throws(JournalError) -> Entry.Author { try Entry.Author("member:\(name)") }
}

/// A member who has signed in.
public struct Session: Sendable {
  public let member: Member
  /// What a form of this session carries, so that no other site can send one in the member's name.
  let csrf: String
  /// Until when the member was here before this visit; nil on the first.
  let lastVisit: Instant?
  let opened: Instant
  /// When it ends whatever the member does.
  let ends: Instant
}
