import Access
import HTTPTypes
import Obligations
import Primitives

/// Every operation of the API.
struct ConsoleOperations {
  let rooms: Rooms

  var all: [Operation] {
    [session, events] + RegisterOperations(register: rooms.register).all
      + EvidenceOperations(register: rooms.register, advice: rooms.advice).all
      + DecisionOperations(register: rooms.register).all
      + (rooms.vault.map { VaultOperations(vault: $0, authorizer: RoleAuthorizer(rooms.access.roles)).all } ?? [])
  }

  /// What ``LookFeed`` tells of.
  private static let event = Schema.object(
    [
      Schema.member(
        "state",
        .choice(
          LookFeed.State.allCases.map(\.rawValue),
          """
          begun, report and ended are of looks of this node, from the first moment to the last; recorded is of any \
          node's; missed says that some may not have been told.
          """)),
      Schema.optional("check", .text("Who looks.")), Schema.optional("target", .text("At what.")),
      Schema.optional("outcome", .choice(Outcome.allCases.map(\.rawValue), "How it ended.")),
      Schema.optional("text", .text("What it is doing, or what it saw, in words.")),
    ], "The data of an event of the type `look`.")

  private var events: Operation {
    .events(
      path: "/events", id: "watchLooks", tag: "evidence", action: .read,
      summary: "Tells what the checks are doing, as it happens, until the client hangs up.", event: Self.event
    ) { [rooms] _ in
      guard let events = rooms.looks.listen() else {
        throw Problem(.serviceUnavailable, "Too many are watching; load the page again to see what is new.")
      }
      return events
    }
  }

  private var session: Operation {
    Operation(
      method: .get, path: "/session", id: "getSession", tag: "session", action: .read,
      summary: "Who is signed in, and the token that changes must carry as X-CSRF-Token.",
      answer: .object(
        [
          Schema.member("member", .text("The name of the member.")), Schema.member("role", .text("The role.")),
          Schema.member("actions", .list(.text("An action."), "What the member may do.")),
          Schema.member("csrf", .text("The token.")),
          Schema.member("ends", .time("When the session ends at the latest.")),
        ], "A session.")
    ) { call in
      let session = call.visit.session
      return [
        "member": .string(session.member.name), "role": .string(session.member.role.id),
        "actions": .array(session.member.actions.map(\.rawValue).sorted().map { .string($0) }),
        "csrf": .string(session.csrf), "ends": .string(session.ends.rfc3339),
      ]
    }
  }
}
