import Access

/// The operator may not do what a command names.
struct OperatorRefused: Error, CustomStringConvertible {
  let action: Action
  let denials: [Denial]

  var description: String {
    "the operator may not do this (\(action.rawValue)): \(denials.map(\.description).joined(separator: " "))"
  }
}
