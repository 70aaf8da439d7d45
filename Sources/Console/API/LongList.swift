import NIOCore
import Primitives

/// What is asked of an operation whose body has a list so long that its items are read one by one: each is checked against
/// its declaration, given on, and held by nobody.
struct LongList: Sendable {
  let visit: Visit
  private let bytes: ByteBufferView
  private let member: String
  private let body: Schema
  private let item: Schema

  /// Nil where the body's shape has no such list.
  init?(_ visit: Visit, _ bytes: ByteBufferView, _ member: String, of body: Schema) {
    guard case .object(let members, _) = body,
      case .list(let item, _)? = members.first(where: { $0.name == member })?.schema
    else { return nil }
    (self.visit, self.bytes, self.member, self.body, self.item) = (visit, bytes, member, body, item)
  }

  /// Gives one item after the other, with its number.
  /// - Returns: the body, with the list empty.
  /// - Throws: ``Problem`` for what is not as declared; what `take` throws.
  func forEach(_ take: (Int, JSON) throws -> Void) throws -> JSON {
    var number = 0
    let rest = try JSON.object(parsing: bytes, elementsOf: member) { element in
      if let fault = item.fault(of: element, at: "\(member)[\(number)]") { throw OperationRoutes.problem(of: fault) }
      try take(number, element)
      number += 1
    }
    guard let rest else { throw OperationRoutes.notJSON }
    if let fault = body.fault(of: rest) { throw OperationRoutes.problem(of: fault) }
    return rest
  }
}
