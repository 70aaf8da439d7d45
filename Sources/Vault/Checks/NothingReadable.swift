import Foundation
import Obligations
import Primitives
import Storage

/// Whether values that are stored lie readable in the database's own files.
struct NothingReadable: Check {
  let code: Code<CheckName> = "vault.readable"
  let title = "No stored value lies readable in the database's files"
  let interval: Duration = .seconds(24 * 3_600)
  let validity: Duration = .seconds(3 * 86_400)
  let timeLimit: Duration = .seconds(900)

  let vault: Vault
  let files: [String]

  struct Sighting: Codable, Sendable {
    /// How many values were looked for.
    let values: Int
    /// How many bytes were looked through.
    let bytes: Int64
    /// How many of the values were found, by the file's name.
    let found: [String: Int]
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    guard !files.isEmpty else { throw FilesElsewhere() }
    let values = try await vault.openSample(200).values.filter { $0.utf8.count >= ValueSearch.shortest }
    guard !values.isEmpty else { throw NothingHeld() }
    let (search, files) = (ValueSearch(for: values), files)
    return try await BlockingWork.run {
      var (bytes, found): (Int64, [String: Int]) = (0, [:])
      for path in files where FileManager.default.fileExists(atPath: path) {
        context.report("looking through \(path.split(separator: "/").last ?? "")")
        let (count, hits) = try search.count(inFileAt: path)
        bytes += count
        if hits > 0 { found[String(path.split(separator: "/").last ?? ""), default: 0] += hits }
      }
      return Sighting(values: search.count, bytes: bytes, found: found)
    }
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    let findings = sighting.found.sorted { $0.key < $1.key }.map { file, count in
      Finding("vault-value-readable", .critical, seen: "\(count) stored values can be read there.", at: file)
    }
    return Verdict(
      summary: findings.isEmpty
        ? "\(sighting.values) stored values were looked for in \(sighting.bytes) bytes; none can be read there"
        : "stored values can be read in the database's files", findings: findings)
  }

  private struct FilesElsewhere: Error, CustomStringConvertible {
    let description = "the database's files are its server's; look through them there"
  }
}
