import Hummingbird
import Journal
import NIOCore
import Storage
import TransparencyLog

/// A witness for the ledgers of others (C2SP tlog-witness): `add-checkpoint`, and the checkpoint it cosigned last.
struct WitnessRoutes {
  let witness: Witness

  func add(to router: RouterGroup<ConsoleRequestContext>) {
    router.post("add-checkpoint") { request, _ in
      let body = try await request.body.collect(upTo: WitnessRequest.largest)
      do {
        return Self.text(.ok, try await witness.addCheckpoint(Array(body.readableBytesView)))
      } catch let refusal as WitnessRefusal {
        return Self.response(to: refusal)
      } catch is StorageError {
        throw Problem(.serviceUnavailable, "The witness cannot reach its database; nothing was cosigned. Try again.")
      }
    }
    router.get("{hash}/checkpoint") { _, context in
      guard let note = try await witness.latestCheckpoint(originHash: context.parameters.require("hash")) else {
        throw Problem(.notFound, "This witness has cosigned nothing for a log of this origin hash.")
      }
      return Self.text(.ok, note)
    }
  }

  private static func response(to refusal: WitnessRefusal) -> Response {
    switch refusal {
    case .conflict(let size):
      text(.conflict, "\(size)\n", type: WitnessRefusal.sizeContentType)
    case .malformed(let reason): text(.badRequest, reason + "\n")
    case .untrusted(let reason): text(.forbidden, reason + "\n")
    case .unknownOrigin: text(.notFound, "this witness does not know the origin\n")
    case .inconsistent(let reason): text(.unprocessableContent, reason + "\n")
    }
  }

  private static func text(
    _ status: HTTPResponse.Status, _ body: String, type: String = "text/plain; charset=utf-8"
  ) -> Response {
    Response(
      status: status, headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: body)))
  }
}
