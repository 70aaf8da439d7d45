import Journal
public import Primitives

/// Who may do what, looked through by a person: everybody and every program that has access keeps it or loses it.
public struct AccessReview: Sendable {
  /// By name.
  public let members: [MemberRow]
  /// The keys in force, by label.
  public let keys: [KeyRow]

  /// A member as the reviewer sees them.
  public struct MemberRow: Sendable {
    public let member: Member
    public let lastSeen: Instant?
    /// When each action that the role gives was used last; those that were never used are not here.
    public let uses: [Action: Instant]
  }

  /// A program's key as the reviewer sees it.
  public struct KeyRow: Sendable {
    public let key: APIKey
    /// Whether whoever made it has access still; the operator always has.
    public let makerHasAccess: Bool
  }

  /// What the reviewer decided of one of them.
  public enum Answer: String, CaseIterable, Sendable { case keep, remove }

  /// What the reviewer decided: an answer for each member and each key on the list.
  public struct Answers: Sendable {
    /// With the role that the reviewer saw.
    public var members: [Identifier<Member>: (role: String, answer: Answer)] = [:]
    public var keys: [Identifier<APIKey>: Answer] = [:]

    public init() {}
  }

  /// How the review ended.
  public struct Report: Sendable {
    /// How many kept their access, and how many lost it.
    public typealias Count = (kept: Int, removed: Int)

    public let members: Count
    public let keys: Count
    /// The list with each decision, for the file: text in UTF-8.
    public let document: [UInt8]
  }
}

extension AccessReview {
  /// Whether these answers are for just this list.
  func isAnswered(by answers: Answers) -> Bool {
    members.count == answers.members.count
      && members.allSatisfy { answers.members[$0.member.id]?.role == $0.member.role.id }
      && Set(keys.map(\.key.id)) == Set(answers.keys.keys)
  }

  /// The list with each decision.
  func document(_ answers: Answers, by author: Entry.Author, at now: Instant) -> [UInt8] {
    var lines = ["Access review of \(now.rfc3339) by \(author.name)", "", "member  role  last here  decision"]
    for row in members {
      let answer = answers.members[row.member.id]?.answer ?? .keep
      lines.append(
        "\(row.member.name)  \(row.member.role.id)  \(row.lastSeen?.rfc3339 ?? "never")  \(answer.rawValue)")
    }
    lines += ["", keys.isEmpty ? "No program has a key." : "key  maker  actions  last used  ends  decision"]
    for row in keys {
      let maker = row.key.maker + (row.makerHasAccess ? "" : " (without access)")
      let actions = row.key.actions.map(\.rawValue).sorted().joined(separator: ",")
      let answer = answers.keys[row.key.id] ?? .keep
      lines.append(
        """
        \(row.key.label)  \(maker)  \(actions)  \(row.key.lastUsed?.rfc3339 ?? "never")  \(row.key.end.rfc3339)  \
        \(answer.rawValue)
        """)
    }
    return Array((lines.joined(separator: "\n") + "\n").utf8)
  }
}
