public import Logging
import Primitives
public import ServiceLifecycle
import Storage
public import TransparencyLog

/// Shows each published checkpoint to the witnesses of a policy, checks that they cosigned, and keeps the cosigned
/// checkpoint once they are enough. A witness that holds a later or another tree than ours, signed with our own key,
/// proves that this ledger was rolled back or forked: then nothing more is signed.
public actor WitnessCollector: Service {
  /// A cosignature and the size it stands for.
  private struct Answer: Sendable {
    let witness: LogPolicy.Witness
    let result: Result<SignedNote.Signature, JournalError>
  }

  private let journal: Journal
  private let currentPolicy: @Sendable () throws -> LogPolicy
  private let transport: any WitnessTransport
  private let interval: Duration
  private let logger: Logger
  // The size of the last checkpoint that the quorum cosigned, and when; owned by this actor.
  private var lastCosigned: (size: UInt64, time: Instant)?

  /// How long a cosignature of an unchanged ledger is left to stand before it is renewed.
  static let renewal = Duration.seconds(600)

  /// - Parameters:
  ///   - policy: gives the witnesses, their quorum and, as its logs, the keys that sign our own checkpoints; asked anew
  ///     each round, so that a rotated key or another witness needs no restart.
  ///   - interval: the time between two rounds.
  public init(
    journal: Journal, policy currentPolicy: @escaping @Sendable () throws -> LogPolicy, transport: any WitnessTransport,
    interval: Duration = .seconds(5),
    logger: Logger
  ) {
    self.journal = journal
    self.currentPolicy = currentPolicy
    self.transport = transport
    self.interval = interval
    self.logger = logger
  }

  /// Collects until the process is asked to stop. Ends with an error only when a witness proves a roll-back or a fork.
  public func run() async throws {
    while !Task.isCancelled && !Task.isShuttingDownGracefully {
      do {
        _ = try await collect()
      } catch let error as JournalError where error.endangersLedger {
        logger.critical("\(error)")
        throw error
      } catch {
        logger.error("cosignatures will be asked for again: \(error)")
      }
      try? await Task.sleep(for: interval)
    }
  }

  /// One round.
  /// - Returns: the checkpoint that the quorum cosigned; nil when there was nothing new or the quorum was not reached.
  public func collect() async throws -> VerifiedCheckpoint? {
    let (now, policy) = (journal.surroundings.now(), try currentPolicy())
    var note = try await journal.publishedCheckpoint()
    let checkpoint = try Checkpoint(text: note.text)
    if let last = lastCosigned, last.size == checkpoint.size, now.since(last.time) < Self.renewal { return nil }
    let asked = policy.witnesses.filter { $0.url != nil }
    let answers = await withTaskGroup(of: Answer.self) { group in
      for witness in asked {
        group.addTask { [note] in
          Answer(witness: witness, result: await self.ask(witness, for: note, size: checkpoint.size, under: policy))
        }
      }
      var answers: [Answer] = []
      for await answer in group { answers.append(answer) }
      return answers
    }
    for answer in answers {
      switch answer.result {
      case .success(let signature): note.add(signature)
      case .failure(let error) where error.endangersLedger: throw error
      case .failure(let error): logger.warning("\(error)")
      }
    }
    let cosigners = answers.filter { if case .success = $0.result { true } else { false } }.map(\.witness.name)
    let verified: VerifiedCheckpoint
    do {
      verified = try policy.verify(note)
    } catch {
      logger.warning("\(cosigners.count) of \(asked.count) witnesses cosigned: \(error)")
      return nil
    }
    try await journal.database.write { [note] transaction in
      try JournalStore.putCosigned(
        hour: now.seconds / 3_600, size: checkpoint.size, note: note.serialized, transaction)
      for name in cosigners { try JournalStore.putWitnessSize(checkpoint.size, of: name, transaction) }
    }
    lastCosigned = (checkpoint.size, now)
    return verified
  }

  private func ask(
    _ witness: LogPolicy.Witness, for note: SignedNote, size: UInt64, under policy: LogPolicy
  ) async -> Result<SignedNote.Signature, JournalError> {
    do {
      return .success(try await cosignature(of: witness, for: note, size: size, under: policy))
    } catch let error as JournalError {
      return .failure(error)
    } catch {
      return .failure(.witnessFailed(name: witness.name, reason: "\(error)"))
    }
  }

  private func cosignature(
    of witness: LogPolicy.Witness, for note: SignedNote, size: UInt64, under policy: LogPolicy
  ) async throws -> SignedNote.Signature {
    guard let url = witness.url else { throw JournalError.witnessFailed(name: witness.name, reason: "it has no URL") }
    var oldSize = min(size, try await journal.database.read { try JournalStore.witnessSize(witness.name, $0) })
    // The second try is with the size that the witness says it has.
    for _ in 0..<2 {
      let proof = try await journal.consistency(from: oldSize, to: size)
      let request = WitnessRequest(oldSize: oldSize, path: proof.path, checkpoint: note)
      let answer = try await transport.post(Array(request.text.utf8), to: url.appendingPath("add-checkpoint"))
      switch answer.status {
      case 200: return try signature(of: witness, in: answer, for: note)
      case 409:
        guard let text = String(validating: answer.body, as: UTF8.self), text.hasSuffix("\n"),
          let known = UInt64(decimal: text.dropLast())
        else { throw JournalError.witnessFailed(name: witness.name, reason: "it answered 409 without a size") }
        guard known <= size else {
          try await demandEvidence(from: witness, url: url, under: policy)
          throw JournalError.witnessFailed(
            name: witness.name, reason: "it says it knows \(known) entries, we have \(size)")
        }
        oldSize = known
      case 422:
        try await demandEvidence(from: witness, url: url, under: policy)
        throw JournalError.witnessFailed(name: witness.name, reason: "it finds our proof from \(oldSize) wrong")
      default:
        throw JournalError.witnessFailed(name: witness.name, reason: "it answered \(answer.status)")
      }
    }
    throw JournalError.witnessFailed(name: witness.name, reason: "its size changed twice while it was asked")
  }

  private func signature(
    of witness: LogPolicy.Witness, in answer: WitnessAnswer, for note: SignedNote
  ) throws -> SignedNote.Signature {
    guard let text = String(validating: answer.body, as: UTF8.self),
      let cosigned = try? SignedNote(parsing: Array((note.text + "\n" + text).utf8)),
      let line = cosigned.signatures.first(where: witness.key.isNamed)
    else { throw JournalError.witnessFailed(name: witness.name, reason: "its answer holds no cosignature of its key") }
    do {
      _ = try witness.key.verify(line, of: note.text)
    } catch {
      throw JournalError.witnessFailed(name: witness.name, reason: "\(error)")
    }
    return line
  }

  /// A witness's word alone does not stop a ledger; a checkpoint signed with our own key, that ours does not continue,
  /// does.
  private func demandEvidence(from witness: LogPolicy.Witness, url: String, under policy: LogPolicy) async throws {
    let path = "\(Witness.originHash(journal.origin))/checkpoint"
    guard let answer = try? await transport.get(url.appendingPath(path)), answer.status == 200,
      let note = try? SignedNote(parsing: answer.body), let theirs = try? policy.verifyWithoutQuorum(note),
      theirs.checkpoint.origin == journal.origin
    else { return }
    // The ledger has grown since the question was asked, and another node may have shown the witness more of it.
    try await journal.database.read { [journal] transaction in
      try Journal.ledger(transaction).demandContinuation(
        of: theirs.checkpoint, where: "the witness \(witness.name) of \(journal.origin)", transaction)
    }
  }
}

extension JournalError {
  /// Whether signing on would make two ledgers out of one.
  var endangersLedger: Bool {
    switch self {
    case .rolledBack, .forked, .damaged: true
    default: false
    }
  }
}

extension String {
  /// A URL with a path below it, whether it ends with a slash or not.
  fileprivate func appendingPath(_ path: String) -> String { hasSuffix("/") ? self + path : "\(self)/\(path)" }
}
