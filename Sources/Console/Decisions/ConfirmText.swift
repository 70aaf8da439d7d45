/// A step that is asked for twice, because it cannot be taken back.
struct ConfirmText: Sendable {
  let action: String
  let isConfirming: Bool
  let confirmHref: String
  let cancelHref: String

  /// - Parameters:
  ///   - page: where it is asked.
  ///   - step: what `?confirm=` names it.
  ///   - deed: where it is done, below the page.
  ///   - asked: what `?confirm=` is now.
  init(on page: String, step: String, deed: String, asked: String?) {
    action = "\(page)/\(deed)"
    isConfirming = asked == step
    confirmHref = "\(page)?confirm=\(step)"
    cancelHref = page
  }
}
