import Access
import Primitives

/// What the pages of emergency access show.
struct EmergencyModel: Sendable {
  /// What every page says while it is open.
  struct Banner: Sendable {
    let name: String
    let ends: TimeText
    let href: String

    init(_ emergency: EmergencyAccess, asOf now: Instant) {
      name = emergency.name
      ends = TimeText(emergency.ends, asOf: now)
      href = "/emergency/\(emergency.id)"
    }
  }

  struct List: Sendable {
    struct Row: Sendable {
      let name: String
      let href: String
      let reason: String
      let state: MarkText
      let opened: TimeText
      let minutes: Int64
    }

    let mayOpen: Bool
    let rows: [Row]
    let empty: EmptyText?

    init(_ emergencies: [EmergencyAccess], mayOpen: Bool, asOf now: Instant) {
      self.mayOpen = mayOpen
      rows = emergencies.map { emergency in
        Row(
          name: emergency.name, href: "/emergency/\(emergency.id)", reason: emergency.reason,
          state: EmergencyModel.state(emergency, at: now), opened: TimeText(emergency.opened, asOf: now),
          minutes: emergency.ends.since(emergency.opened).components.seconds / 60)
      }
      let text =
        "When something burns and whoever may act is away, a member opens it: it adds to the role for minutes, "
        + "everybody is told, and somebody else reviews it."
      empty = rows.isEmpty ? EmptyText(title: "Nobody ever needed it", text: text, link: nil) : nil
    }
  }

  struct Opening: Sendable {
    struct Fields: Sendable {
      let reason: FieldText
      let minutes: FieldText
    }

    let adds: [String]
    let longest: Int
    let form: Fields
  }

  struct Use: Sendable {
    let title: String
    let last: TimeText
  }

  struct ReviewText: Sendable {
    let reviewer: String
    let at: TimeText
    let verdict: String
    let statement: String
  }

  /// The form by which it is reviewed.
  struct ReviewForm: Sendable {
    let action: String
    let statement: FieldText
    let justified: FieldText
  }

  let name: String
  let reason: String
  let state: MarkText
  let opened: TimeText
  let ends: TimeText
  let uses: [Use]
  let review: ReviewText?
  /// Nil for whoever may not end it, and for what has ended.
  let endAction: String?
  let form: ReviewForm?
  /// Why there is no form; nil where there is one, or it was reviewed.
  let waits: String?

  init(
    _ emergency: EmergencyAccess, for member: Member, _ roles: RoleTable, sent statement: String?,
    _ errors: [FieldError], asOf now: Instant
  ) {
    name = emergency.name
    reason = emergency.reason
    state = Self.state(emergency, at: now)
    opened = TimeText(emergency.opened, asOf: now)
    ends = TimeText(emergency.ends, asOf: now)
    uses = emergency.uses.map { Use(title: roles.title(of: $0.action), last: TimeText($0.last, asOf: now)) }
    review = emergency.review.map { review in
      ReviewText(
        reviewer: AuthorText.name(review.reviewer), at: TimeText(review.at, asOf: now),
        verdict: review.isJustified ? "It was justified." : "It was not justified.", statement: review.statement)
    }
    let (isOpen, isOwn) = (emergency.isOpen(at: now), emergency.member == member.id)
    let mayManage = member.actions.contains(.manageMembers)
    let href = "/emergency/\(emergency.id)"
    endAction = isOpen && (isOwn || mayManage) ? "\(href)/end" : nil
    let mayReview = !isOpen && emergency.review == nil && mayManage && !isOwn
    form =
      mayReview
      ? ReviewForm(
        action: "\(href)/review", statement: FieldText(statement ?? "", name: "statement", errors: errors),
        justified: FieldText("", name: "justified", errors: errors)) : nil
    let isWaiting = emergency.review == nil && !mayReview
    waits =
      isWaiting
      ? isOpen ? "It is reviewed when it has ended." : "It waits for a review by somebody else who may manage members."
      : nil
  }

  private static func state(_ emergency: EmergencyAccess, at now: Instant) -> MarkText {
    if emergency.isOpen(at: now) { return MarkText(token: "stale", words: "open") }
    guard let review = emergency.review else { return MarkText(token: "stale", words: "not reviewed") }
    return review.isJustified
      ? MarkText(token: "fresh", words: "justified") : MarkText(token: "withdrawn", words: "not justified")
  }
}
