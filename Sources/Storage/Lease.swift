/// Something that one process at a time may do, such as sequencing the journal.
public final class Lease: Sendable {
  private let check: @Sendable () async -> Bool
  private let giveBack: @Sendable () async -> Void

  init(check: @escaping @Sendable () async -> Bool, giveBack: @escaping @Sendable () async -> Void) {
    self.check = check
    self.giveBack = giveBack
  }

  /// Whether it is still held; a lost connection loses it.
  public func isHeld() async -> Bool { await check() }

  /// Gives it back. Doing so twice does nothing.
  public func release() async { await giveBack() }
}
