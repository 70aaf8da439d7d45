import Primitives
import Storage

extension Vault {
  /// What of a sample opened.
  struct Sample: Sendable {
    var opened = 0
    /// The collections of those that did not.
    var damaged: [String] = []
    /// Values that were opened, for looking whether they lie readable somewhere; never kept.
    var values: [String] = []
  }

  /// Opens records from random places of the table.
  func openSample(_ count: Int) async throws -> Sample {
    let ground = try await ground()
    let starts = (0..<max(1, count / 4)).map { _ in surroundings.randomBytes(16) }
    return try await database.read { transaction in
      var sample = Sample()
      let first = try SubjectStore.subjects(after: [], limit: 1, transaction).first?.bytes ?? []
      let last = try SubjectStore.lastSubject(transaction)?.bytes ?? []
      var seen: Set<Identifier<VaultRecord>> = []
      for start in starts {
        // Subjects' names begin with their time: a random name lies between the first and the last.
        let cursor = Self.between(first, last, start)
        let records = try RecordStore.records(after: (cursor, "", []), limit: 4, transaction)
        for stored in records where seen.insert(stored.place.record).inserted {
          do {
            let (key, _, _) = try openKey(of: stored.place.subject, for: .restricted, ground, transaction)
            let values = try openValues(stored, under: key, ground, transaction)
            sample.opened += 1
            sample.values += values.map(\.text)
          } catch VaultError.damaged {
            sample.damaged.append(stored.place.collection)
          } catch VaultError.unknown {
            // Being forgotten.
          }
        }
      }
      return sample
    }
  }

  /// Some name between two, both of 16 bytes.
  private static func between(_ first: [UInt8], _ last: [UInt8], _ random: [UInt8]) -> [UInt8] {
    func number(_ bytes: [UInt8]) -> UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
    let (low, high) = (number(first), number(last))
    guard high > low else { return [] }
    let chosen = low + number(random) % (high - low)
    return withUnsafeBytes(of: chosen.bigEndian) { Array($0) } + random.suffix(8)
  }
}
