import HTTPTypes
import Primitives

/// Every operation of the API.
struct ConsoleOperations {
  let rooms: Rooms

  var all: [Operation] {
    [session] + RegisterOperations(register: rooms.register).all
      + EvidenceOperations(register: rooms.register, advice: rooms.advice).all
      + DecisionOperations(register: rooms.register).all
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
        "member": .string(session.member.name), "role": .string(session.member.role),
        "actions": .array(session.member.actions.map(\.rawValue).sorted().map { .string($0) }),
        "csrf": .string(session.csrf), "ends": .string(session.ends.rfc3339),
      ]
    }
  }
}
