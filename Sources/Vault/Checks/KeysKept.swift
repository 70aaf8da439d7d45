import Obligations
import Primitives

/// Whether keys are kept apart, rotated in time, and destroyed when nothing is under them.
struct KeysKept: Check {
  let code: Code<CheckName> = "vault.keys"
  let title = "Keys are kept apart and rotated in time"
  let interval: Duration = .seconds(6 * 3_600)
  let validity: Duration = .seconds(24 * 3_600)
  /// A rotation that has not come further for so long stands still.
  static let patience: Duration = .seconds(6 * 3_600)

  let vault: Vault

  struct Sighting: Codable, Sendable {
    struct Key: Codable, Sendable {
      let version: Int64
      /// In microseconds since the epoch.
      let made: Int64
      let subjects: Int64
      let isDestroyed: Bool
    }

    let keys: [Key]
    let custody: KeyCustody
    let root: String
    /// When the rotation that is under way came further last, in microseconds since the epoch; nil where there is none.
    let rotating: Int64?
  }

  func targets(in profile: Profile) -> [String] { [SelfChecks.target] }

  func look(at target: String, in context: CheckContext) async throws -> Sighting {
    let status = try await vault.status()
    guard !status.keys.isEmpty else { throw NothingHeld() }
    let rotation = try await vault.jobs().first { $0.kind == .rotation && $0.state != .done }
    return Sighting(
      keys: status.keys.map {
        Sighting.Key(
          version: $0.version, made: $0.made.microseconds, subjects: $0.subjects, isDestroyed: $0.isDestroyed)
      }, custody: status.custody, root: status.root, rotating: rotation?.changed.microseconds)
  }

  func judge(_ sighting: Sighting, at now: Instant) -> Verdict {
    var findings: [Finding] = []
    if let newest = sighting.keys.last {
      let age = now.since(Instant(microseconds: newest.made))
      if age > Vault.keyPeriod {
        findings.append(
          Finding(
            "vault-key-old", .medium, seen: "The newest platform key is \(age.components.seconds / 86_400) days old.",
            at: "platform key \(newest.version)"))
      }
    }
    if sighting.custody == .passphraseBeside {
      findings.append(
        Finding(
          "vault-passphrase-beside", .medium,
          seen: "The passphrase of the root key lies in the same directory as the key.",
          at: "root key \(sighting.root)"))
    }
    if let rotating = sighting.rotating, now.since(Instant(microseconds: rotating)) > Self.patience {
      findings.append(
        Finding(
          "vault-rotation-stalled", .medium,
          seen: "A rotation has not come further since \(Instant(microseconds: rotating).rfc3339).",
          at: SelfChecks.target))
    } else if sighting.rotating == nil {
      for key in sighting.keys.dropLast() where !key.isDestroyed {
        findings.append(
          Finding(
            "vault-key-left", .medium, seen: "It was followed by another and is still there.",
            at: "platform key \(key.version)"))
      }
    }
    let subjects = sighting.keys.map { "\($0.subjects) under key \($0.version)" }.joined(separator: ", ")
    return Verdict(summary: findings.first?.seen ?? "subjects' keys: \(subjects)", findings: findings)
  }

  func facts(_ sighting: Sighting) -> [SeenFact] {
    sighting.keys.map { key in
      SeenFact(
        "Platform key \(key.version)",
        key.isDestroyed
          ? "destroyed" : "made \(Instant(microseconds: key.made).rfc3339), \(key.subjects) subjects' keys under it")
    }
  }
}
