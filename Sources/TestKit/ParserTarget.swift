import Journal
import Primitives
import TransparencyLog

/// Everything that reads bytes from strangers, with what must hold whatever the bytes are: it is refused with a reason,
/// or it is what the writer of the format would have written.
public enum ParserTarget: String, CaseIterable, Sendable {
  case note, checkpoint, verifierKey, policy, proof, request, tilePath, tile, entryBundle, entry, payload, bundle, json

  /// Feeds bytes to the parser.
  /// - Returns: whether what must hold held.
  public func holds(for bytes: [UInt8]) -> Bool {
    do {
      switch self {
      case .note: return try SignedNote(parsing: bytes).bytes == bytes
      case .checkpoint:
        guard let text = String(validating: bytes, as: UTF8.self) else { return true }
        return try Checkpoint(text: text).text == text
      case .verifierKey:
        guard let text = String(validating: bytes, as: UTF8.self) else { return true }
        return try VerifierKey(text).description == text
      case .policy:
        let policy = try LogPolicy(parsing: bytes)
        return try LogPolicy(parsing: Array(policy.text.utf8)) == policy
      case .proof: return try Array(ProofFile(parsing: bytes).text.utf8) == bytes
      case .request: return try Array(WitnessRequest(parsing: bytes).text.utf8) == bytes
      case .tilePath:
        guard let text = String(validating: bytes, as: UTF8.self) else { return true }
        return try TileCoordinate(path: text).path == text
      case .tile:
        guard let coordinate = TileCoordinate(level: 0, index: 0, width: 1 + Int(bytes.first ?? 0)) else {
          return false
        }
        return try Tile(coordinate: coordinate, bytes: Array(bytes.dropFirst())).bytes == Array(bytes.dropFirst())
      case .entryBundle:
        let rest = Array(bytes.dropFirst())
        return try EntryBundle(bytes: rest, count: Int(bytes.first ?? 0)).bytes == rest
      case .entry: return try Entry(parsing: bytes).bytes == bytes
      case .payload: return try Payload(parsing: bytes).bytes == bytes
      case .bundle:
        var rest = bytes[...]
        _ = try LedgerBundle.verify(trusting: .bundledKeys) { count in
          defer { rest = rest.dropFirst(count) }
          return Array(rest.prefix(count))
        }
        return true
      case .json: return Self.holdsOfJSON(bytes)
      }
    } catch is TransparencyLogError {
      return true
    } catch is JournalError {
      return true
    } catch {
      // Any other error has no reason that a person could use.
      return false
    }
  }

  /// What is canonical is written as it was; what is read is read again from what it wrote; and a list that is read item by
  /// item has the items that it has as a whole.
  private static func holdsOfJSON(_ bytes: [UInt8]) -> Bool {
    let whole = JSON(parsing: bytes)
    guard JSON(canonical: bytes).map({ $0.canonicalBytes == bytes }) ?? true,
      whole.map({ JSON(canonical: $0.canonicalBytes) == $0 }) ?? true
    else { return false }
    var items: [JSON] = []
    let rest = JSON.object(parsing: bytes, elementsOf: "facts") { items.append($0) }
    guard case .object(var members)? = whole else { return rest == nil }
    guard case .array(let list)? = members["facts"] else { return rest == whole && items.isEmpty }
    members["facts"] = []
    return items == list && rest == .object(members)
  }
}
