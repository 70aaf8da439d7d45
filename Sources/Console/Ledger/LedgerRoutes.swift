import HTTPTypes
import Hummingbird
import Journal
import NIOCore
import Storage
import TransparencyLog

/// The ledger for outsiders (C2SP tlog-tiles): the checkpoint, the tiles, the entries, and a proof file for each.
/// Everything here is public and may be cached; what is under a checkpoint never changes.
struct LedgerRoutes {
  let journal: Journal
  /// Decides which checkpoint is served: the newest that its quorum cosigned.
  let policy: LogPolicy

  private static let immutable = "public, max-age=31536000, immutable"
  /// An entry can be asked for before a checkpoint covers it, so its absence may not be cached; nor may the newest head.
  private static let fresh = "no-cache"

  func add(to router: RouterGroup<ConsoleRequestContext>) {
    router.get("checkpoint") { _, _ in
      let note = try await journal.servedCheckpoint(under: policy)
      return Self.response(note.bytes, type: "text/plain; charset=utf-8", caching: Self.fresh)
    }
    router.get("tile/**") { _, context in
      let path = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
      return path.hasPrefix("tile/entries/")
        ? try await entryBundle(path.dropFirst("tile/entries/".count)) : try await tile(path)
    }
    router.get("entries/{entry}") { _, context in
      let name = try context.parameters.require("entry")
      return name.hasSuffix(".tlog-proof")
        ? try await proof(name.dropLast(".tlog-proof".count)) : try await entry(name[...])
    }
  }

  private func tile(_ path: String) async throws -> Response {
    let coordinate = try Self.read { () throws(TransparencyLogError) in try TileCoordinate(path: path) }
    guard let tile = try await journal.tile(coordinate) else { throw Self.notThere }
    return Self.response(tile.bytes, type: "application/octet-stream", caching: Self.immutable)
  }

  private func entryBundle(_ suffix: Substring) async throws -> Response {
    let (index, width) = try Self.read { () throws(TransparencyLogError) in try EntryBundle.parse(path: suffix) }
    guard let bytes = try await journal.entryBundle(index, width: width) else { throw Self.notThere }
    return Self.response(bytes, type: "application/octet-stream", caching: Self.immutable)
  }

  private func entry(_ text: Substring) async throws -> Response {
    let leaf = try await Self.found { try await journal.leaf(at: Self.index(text)) }
    return Self.response(leaf.bytes, type: "application/json", caching: Self.immutable)
  }

  private func proof(_ text: Substring) async throws -> Response {
    let proof = try await Self.found { try await journal.proof(of: Self.index(text), under: policy) }
    return Self.response(Array(proof.text.utf8), type: "text/plain; charset=utf-8", caching: Self.fresh)
  }

  private static let notThere = Problem(
    .notFound, "The ledger has none there, or not yet under a published checkpoint; /ledger/checkpoint says its size.")

  private static func index(_ text: Substring) throws -> UInt64 {
    guard let index = UInt64(decimal: text) else {
      throw Problem(.badRequest, "An entry is named by its index: a decimal number from 0, without leading zeros.")
    }
    return index
  }

  private static func read<Value>(_ parse: () throws(TransparencyLogError) -> Value) throws -> Value {
    do throws(TransparencyLogError) {
      return try parse()
    } catch {
      throw Problem(.badRequest, "\(error)")
    }
  }

  private static func found<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
      return try await work()
    } catch JournalError.noSuchEntry {
      throw notThere
    }
  }

  private static func response(_ bytes: [UInt8], type: String, caching: String) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: type, .cacheControl: caching, .accessControlAllowOrigin: "*", .xContentTypeOptions: "nosniff",
      ],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
