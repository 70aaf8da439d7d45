import Obligations
import Primitives

/// The words for data, uses of it and people, as fideslang has them: dotted keys, of which each lies under the one before
/// its last dot.
public struct Taxonomy: Sendable {
  /// What a key is of.
  public enum Kind: String, CaseIterable, Sendable {
    case category = "data_category"
    case use = "data_use"
    case subject = "data_subject"

    /// As people say it.
    var word: String {
      switch self {
      case .category: "data category"
      case .use: "data use"
      case .subject: "kind of data subject"
      }
    }
  }

  private var names: [Kind: [String: String]] = [:]
  private var retired: [String: String] = [:]

  /// The taxonomy that the product ships.
  /// - Throws: ``VaultError/unusableMap(file:line:reason:)``.
  public static func shipped() throws(VaultError) -> Taxonomy {
    do {
      return try Taxonomy(PackageResources.fideslang_yaml, file: "fideslang.yaml")
    } catch {
      throw VaultError(error)
    }
  }

  init(_ bytes: [UInt8], file: String) throws(ObligationsError) {
    var root = try YAMLDocument(bytes, file: file).root.mapping()
    for kind in Kind.allCases {
      for item in try root.required(kind.rawValue).list() {
        var members = try item.mapping()
        names[kind, default: [:]][try members.required("key").text()] = try members.required("name").text()
      }
    }
    for item in try root.required("retired").list() {
      var members = try item.mapping()
      retired[try members.required("key").text()] = try members.required("now").text()
    }
  }

  /// Adds a key of the shop's own.
  mutating func add(_ key: String, _ kind: Kind, name: String?) {
    names[kind, default: [:]][key] = name ?? key
  }

  /// The name of a key; nil when there is no such key.
  public func name(of key: String, _ kind: Kind) -> String? { names[kind]?[key] }

  /// All keys of a kind, sorted.
  public func keys(_ kind: Kind) -> [String] { (names[kind] ?? [:]).keys.sorted() }

  /// The key that stands for a retired one now; nil when it is not retired.
  func successor(of key: String, _ kind: Kind) -> String? {
    retired[key].flatMap { names[kind]?[$0] == nil ? nil : $0 }
  }

  /// Whether a key is another one or lies under it.
  public static func lies(_ key: String, under other: String) -> Bool { key == other || key.hasPrefix("\(other).") }
}

extension VaultError {
  /// What is wrong with a file, with the place.
  init(_ error: ObligationsError) {
    guard case .malformed(let file, let line, let reason) = error else {
      self = .unusableMap(file: "", line: 1, reason: "\(error)")
      return
    }
    self = .unusableMap(file: file, line: line, reason: reason)
  }
}
