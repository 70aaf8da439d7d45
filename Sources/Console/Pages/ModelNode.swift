import Mustache

/// A value of a page's model as a template asks for its members.
///
/// The library would reflect a value anew for each name in a template that it may be the answer to, and reflection was
/// most of the time that a page took. A node reflects its value once. It is made for one page and never shared.
final class ModelNode: MustacheParent {
  private var members: [String: Any] = [:]
  private var isReady: Set<String> = []

  /// - Parameter values: whose members are known by one name are looked for in the first of them.
  init(of values: Any...) {
    for value in values {
      for (label, member) in Mirror(reflecting: value).children {
        // A member that is nil does not hide a later one of its name.
        guard let label, members[label] == nil, let present = Self.present(member) else { continue }
        members[label] = present
      }
    }
  }

  func child(named name: String) -> Any? {
    guard let member = members[name] else { return nil }
    guard isReady.insert(name).inserted else { return member }
    let node = Self.node(of: member)
    members[name] = node
    return node
  }

  private static func present(_ value: Any) -> Any? {
    guard let optional = value as? any OptionalMember else { return value }
    return optional.present
  }

  /// What templates print stays what it is.
  private static func node(of value: Any) -> Any {
    if value is String || value is Bool || value is Int { return value }
    if let list = value as? [Any] { return list.map(node) }
    let isModel = Mirror(reflecting: value).displayStyle == .struct && !(value is any CustomStringConvertible)
    return isModel ? ModelNode(of: value) : value
  }
}

private protocol OptionalMember {
  var present: Any? { get }
}

extension Optional: OptionalMember {
  fileprivate var present: Any? { self }
}
