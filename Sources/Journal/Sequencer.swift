public import Logging
import Primitives
public import ServiceLifecycle
import Storage
import TransparencyLog

/// Gives appended entries their place in the tree and publishes checkpoints. Many nodes may run one; a lease lets one of
/// them work, and the database refuses a second one that believes it holds the lease.
public actor Sequencer: Service {
  /// How a sequencer works.
  public struct Configuration: Sendable {
    /// The longest time between two looks for new entries. Publication takes a few milliseconds on top of it.
    public var interval: Duration
    /// The time between two tries to take over from another node.
    public var takeover: Duration
    /// So many entries are taken up in one transaction at most.
    public var largestBatch: Int

    public init(
      interval: Duration = .milliseconds(50), takeover: Duration = .seconds(1), largestBatch: Int = 8_192
    ) {
      self.interval = interval
      self.takeover = takeover
      self.largestBatch = largestBatch
    }
  }

  private let journal: Journal
  private let configuration: Configuration
  private let logger: Logger
  // Read again when the file changes, so that a rotation needs no restart.
  private var keyring: Keyring
  private var keyringVersion: FileVersion?
  private var mark: HighWaterMark
  // What the stored tree was after this process's last round; nil when another process may have moved it since.
  private var tree: SequencedTree?
  private var lease: Lease?
  private var lastTry: ContinuousClock.Instant?

  /// A sequencer for an opened journal.
  public init(
    journal: Journal, keyring: Keyring, mark: HighWaterMark, configuration: Configuration = Configuration(),
    logger: Logger
  ) {
    self.journal = journal
    self.keyring = keyring
    self.mark = mark
    self.configuration = configuration
    self.logger = logger
    keyringVersion = FileVersion(path: keyring.path)
  }

  /// Works until the process is asked to stop. Ends with an error only when going on would endanger the ledger.
  public func run() async throws {
    while !Task.isCancelled && !Task.isShuttingDownGracefully {
      let lastLook = ContinuousClock.now
      do {
        if try await holdsLease() {
          // A full batch means that more are waiting.
          if try await round() == configuration.largestBatch { continue }
        } else {
          try await followPublished()
        }
      } catch let error as JournalError where error.endangersLedger {
        await stop()
        logger.critical("the sequencer stops: \(error)")
        throw error
      } catch is CancellationError {
        break
      } catch {
        // The database is away, or the mark cannot be written: nothing was lost, the entries wait in their table.
        logger.error("the sequencer will try again: \(error)")
        await stop()
        try? await Task.sleep(for: configuration.takeover)
      }
      // Counted from the look, not from the end of a round that may have been long.
      try? await Task.sleep(until: lastLook + configuration.interval)
    }
    // What was acknowledged before the shutdown is published with it.
    if lease != nil { _ = try? await round() }
    await stop()
  }

  /// Takes up what waits, once, if no other process does the sequencing. For the command line.
  /// - Returns: whether this process holds the lease.
  public func runOnce() async throws -> Bool {
    // The pause between two tries is the loop's; whoever asks once is answered from the database.
    lastTry = nil
    guard try await holdsLease() else { return false }
    while try await round() == configuration.largestBatch {}
    return true
  }

  /// Gives the sequencing up to other processes.
  public func stop() async {
    await lease?.release()
    lease = nil
    tree = nil
  }

  private func holdsLease() async throws -> Bool {
    if let lease, await lease.isHeld() { return true }
    if let lastTry, lease == nil, ContinuousClock.now - lastTry < configuration.takeover { return false }
    lastTry = .now
    lease = try await journal.database.lease("sequencer")
    if lease != nil {
      tree = nil
      logger.info("this node sequences the ledger \(journal.origin)")
    }
    return lease != nil
  }

  // MARK: One round

  /// Life of a checkpoint, in the order in which it becomes durable:
  /// 1. The new tree and its signed checkpoint are committed; nobody is shown them yet.
  /// 2. The high-water mark is written: from here on this machine knows what it is about to show.
  /// 3. The checkpoint is made the published one.
  /// A crash between any two of them is repaired by the next round, which begins by finishing steps 2 and 3.
  private func round() async throws -> Int {
    let (ledger, tree, pending) = try await load()
    reloadKeyring(for: ledger)
    if ledger.publishedSize < ledger.size {
      try await publish(size: ledger.size, note: ledger.note)
    } else if let marked = mark.checkpoint, marked.size < ledger.publishedSize {
      // Another node has published since; until this one publishes itself, it would go by its old mark.
      try await advanceMark(to: ledger.publishedNote)
    }
    guard !pending.isEmpty else { return 0 }

    let integration = Integration(of: pending, into: tree)
    let checkpoint = Checkpoint(origin: journal.origin, size: integration.after.edge.size, root: integration.after.root)
    let note = try keyring.sign(checkpoint.text, at: journal.surroundings.now()).serialized
    self.tree = nil
    try await journal.database.write(priority: .first) { transaction in
      try Self.store(integration, checkpoint: checkpoint, note: note, transaction)
    }
    self.tree = integration.after
    try await publish(size: checkpoint.size, note: note)
    return pending.count
  }

  /// The tree and what waits for it. The tree is read again only when this process did not write it last.
  private func load() async throws -> (
    JournalStore.Ledger, SequencedTree, [(seq: Int64, record: JournalStore.Record)]
  ) {
    let limit = configuration.largestBatch
    let (known, marked) = (tree, mark.checkpoint)
    return try await journal.database.read(priority: .first) { transaction in
      let ledger = try Journal.ledger(transaction)
      let pending = try JournalStore.pending(limit: limit, transaction)
      if let known, known.edge.size == ledger.size, known.root == ledger.root { return (ledger, known, pending) }
      // Whoever wrote this tree: before anything is signed on top of it, it must continue what this machine published.
      if let marked { try ledger.demandContinuation(of: marked, where: "this machine", transaction) }
      let edge = try TreeEdge.restore(size: ledger.size, transaction)
      guard edge.root == ledger.root else {
        throw JournalError.damaged(reason: "the root of the tree's right edge is not the stored root")
      }
      let tail = try JournalStore.tail(transaction)
      guard tail.count == Int(ledger.size % 256) else {
        throw JournalError.damaged(reason: "the newest entries are missing")
      }
      let tree = SequencedTree(edge: edge, root: ledger.root, tail: tail, reach: try JournalStore.reach(transaction))
      return (ledger, tree, pending)
    }
  }

  private static func store(
    _ integration: Integration, checkpoint: Checkpoint, note: String, _ transaction: WriteTransaction
  ) throws {
    guard try JournalStore.advance(from: integration.before, to: checkpoint, note: note, transaction) else {
      throw StorageError.serializationFailure(attempts: 1)
    }
    try JournalStore.putTiles(integration.tiles, transaction)
    try JournalStore.putBundles(integration.bundles, transaction)
    try JournalStore.putSpans(integration.spans, transaction)
    if !integration.bundles.isEmpty { try JournalStore.deleteTail(before: integration.newTailStart, transaction) }
    try JournalStore.putTail(integration.newTail, from: integration.newTailStart, transaction)
    for run in integration.taken {
      let removed = try JournalStore.deletePending(run, transaction)
      guard removed == run.count else {
        throw JournalError.damaged(reason: "\(run.count) entries were to be taken up, \(removed) were there")
      }
    }
  }

  private func publish(size: UInt64, note: String) async throws {
    try await advanceMark(to: note)
    try await journal.database.write(priority: .first) { try JournalStore.publish(size: size, note: note, $0) }
  }

  private func advanceMark(to note: String) async throws {
    let known = mark
    mark = try await BlockingWork.run { try known.advanced(to: SignedNote(parsing: Array(note.utf8))) }
  }

  /// On a node that does not sequence: remembers what another node has published, after checking that it continues what
  /// this one knows, so that a roll-back is noticed whichever node sequences next.
  private func followPublished() async throws {
    let known = mark.checkpoint
    let note = try await journal.database.read { transaction -> String? in
      let ledger = try Journal.ledger(transaction)
      guard let known else { return ledger.publishedNote }
      // Most looks find the tree that is known, which its root tells. What is known may also be stored but not published
      // yet, if this node ended in the middle of a round that another one finishes.
      if known.size != ledger.size || known.root != ledger.root {
        try ledger.demandContinuation(of: known, where: "this node", transaction)
      }
      return known.size < ledger.publishedSize ? ledger.publishedNote : nil
    }
    if let note { try await advanceMark(to: note) }
  }

  /// Takes up a changed file of keys, if it belongs to this ledger and shares a key with its last checkpoint: verifiers
  /// could not follow otherwise.
  private func reloadKeyring(for ledger: JournalStore.Ledger) {
    let version = FileVersion(path: keyring.path)
    guard version != keyringVersion else { return }
    do {
      keyringVersion = version
      let changed = try Keyring(path: keyring.path)
      guard changed.verifierKeys.allSatisfy({ $0.name == ledger.origin }) else {
        throw JournalError.unusableFile(path: keyring.path, reason: "it holds keys of another ledger")
      }
      _ = try changed.policy.verifyWithoutQuorum(SignedNote(parsing: Array(ledger.note.utf8)))
      keyring = changed
      logger.notice("signing with \(keyring.verifierKeys.map(\.id.description).joined(separator: ", "))")
    } catch {
      // The keys in memory are still good; a half-written file never is there, since it is replaced as a whole.
      logger.error("the changed file of signing keys is not used: \(error)")
    }
  }
}
