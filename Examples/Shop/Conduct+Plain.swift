extension Conduct {
  /// What is answered over http.
  enum PlainAnswer: Sendable {
    /// Straight to https.
    case redirect
    /// To another http address, and from there to https.
    case detour
    /// The shop itself.
    case shop
  }

  var plainAnswer: PlainAnswer {
    if has(.redirectMissing) { return .shop }
    return has(.redirectInsecure) ? .detour : .redirect
  }
}
