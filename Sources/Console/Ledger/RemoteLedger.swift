public import Journal
public import TransparencyLog

/// A ledger that somebody else serves, read over HTTPS (C2SP tlog-tiles).
public struct RemoteLedger: LedgerSource {
  private let prefix: String
  private let fetcher: HTTPFetcher

  /// - Parameter prefix: the URL below which `checkpoint` and `tile/` are.
  public init(at prefix: String, using fetcher: HTTPFetcher) {
    self.prefix = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
    self.fetcher = fetcher
  }

  public func checkpoint() async throws -> SignedNote {
    guard let bytes = try await get("checkpoint", most: SignedNote.largest) else {
      throw ConsoleError.unexpectedAnswer(url: "\(prefix)/checkpoint", reason: "there is no ledger here (404)")
    }
    return try SignedNote(parsing: bytes)
  }

  public func tile(_ coordinate: TileCoordinate) async throws -> Tile? {
    if let bytes = try await get(coordinate.path, most: 8_192) { return try Tile(coordinate: coordinate, bytes: bytes) }
    // tlog-tiles: a server may drop a partial tile once the full one is there.
    guard !coordinate.isFull, let full = TileCoordinate(level: coordinate.level, index: coordinate.index),
      let bytes = try await get(full.path, most: 8_192), bytes.count == 8_192
    else { return nil }
    return try Tile(coordinate: coordinate, bytes: Array(bytes.prefix(coordinate.width * MerkleHash.byteCount)))
  }

  public func entryBundle(_ index: UInt64, width: Int) async throws -> [UInt8]? {
    let most = 256 * (EntryBundle.largestEntry + 2)
    if let bytes = try await get(EntryBundle.path(index: index, width: width), most: most) { return bytes }
    guard width < 256, let bytes = try await get(EntryBundle.path(index: index), most: most) else { return nil }
    return try EntryBundle(entries: Array(EntryBundle(bytes: bytes, count: 256).entries.prefix(width))).bytes
  }

  /// The bytes at a path; nil for 404. Tries again when the server is busy or does not answer.
  private func get(_ path: String, most: Int) async throws -> [UInt8]? {
    let url = "\(prefix)/\(path)"
    var pause = Duration.milliseconds(200)
    for attempt in 1... {
      do {
        let answer = try await fetcher.fetch(url, most: most)
        switch answer.status {
        case 200: return answer.body
        case 404: return nil
        case 429 where attempt < 5, 500...599 where attempt < 5: break
        default: throw ConsoleError.unexpectedAnswer(url: url, reason: "it answered \(answer.status)")
        }
      } catch let error as ConsoleError where attempt < 3 {
        guard case .unexpectedAnswer(_, let reason) = error, reason.hasPrefix("no answer") else { throw error }
      }
      try await Task.sleep(for: pause)
      pause *= 2
    }
    return nil
  }
}
