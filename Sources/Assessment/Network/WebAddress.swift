import Foundation

/// An http or https address, in a form in which two spellings of one address are equal.
public struct WebAddress: Hashable, Sendable {
  public enum Scheme: String, Sendable { case http, https }

  public let scheme: Scheme
  /// In lower case; an IPv6 address stands without brackets.
  public let host: String
  public let port: Int
  /// Path and query, beginning with a slash.
  public let path: String

  /// Reads an absolute address. A name and password in it are refused: they would end up in reports.
  /// - Throws: ``AssessmentError/notAnAddress(_:reason:)``.
  public init(_ text: some StringProtocol) throws(AssessmentError) {
    let text = String(text)
    guard text.utf8.count <= 4_096 else { throw .notAnAddress("(long)", reason: "it is longer than 4096 bytes") }
    guard let components = URLComponents(string: text), let scheme = components.scheme?.lowercased() else {
      throw .notAnAddress(text, reason: "it is not an address such as https://shop.example")
    }
    guard let scheme = Scheme(rawValue: scheme) else {
      throw .notAnAddress("(\(scheme):…)", reason: "it begins with neither https:// nor http://")
    }
    guard components.user == nil, components.password == nil else {
      throw .notAnAddress("(with a user name)", reason: "a user name and password do not belong into an address")
    }
    let host = (components.encodedHost ?? "").lowercased()
    let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    let isPlain = bare.utf8.allSatisfy {
      ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x61 && $0 <= 0x7a) || [0x2d, 0x2e, 0x5f, 0x3a].contains($0)
    }
    guard !bare.isEmpty, bare.utf8.count <= 253, isPlain else {
      throw .notAnAddress(text, reason: "its host is not a name or a number")
    }
    guard components.port.map({ (1...65_535).contains($0) }) ?? true else {
      throw .notAnAddress(text, reason: "its port is not between 1 and 65535")
    }
    let query = components.percentEncodedQuery.map { "?\($0)" } ?? ""
    let path = components.percentEncodedPath
    self.init(
      scheme: scheme, host: bare, port: components.port ?? Self.usualPort(of: scheme),
      path: (path.hasPrefix("/") ? path : "/\(path)") + query)
  }

  private init(scheme: Scheme, host: String, port: Int, path: String) {
    (self.scheme, self.host, self.port, self.path) = (scheme, host, port, path)
  }

  private static func usualPort(of scheme: Scheme) -> Int { scheme == .https ? 443 : 80 }

  /// The same host and port with another path.
  public func at(_ path: String) -> WebAddress { WebAddress(scheme: scheme, host: host, port: port, path: path) }

  /// The same place under another name.
  func named(_ name: String) -> WebAddress { WebAddress(scheme: scheme, host: name, port: port, path: path) }

  /// Without the query and without the parameters of the path, where secrets may stand; so it is stored.
  var withoutQuery: WebAddress { at(String(path.prefix { $0 != "?" && $0 != ";" })) }

  /// What a reference in a page or in a Location header means here (RFC 3986, section 5); nil where it does not lead to
  /// an http or https address.
  public func resolving(_ reference: String) -> WebAddress? {
    guard reference.utf8.count <= 4_096, let base = URL(string: text),
      let url = URL(string: reference, relativeTo: base)
    else { return nil }
    return try? WebAddress(url.absoluteString)
  }

  /// The same host under the other scheme, at its usual port.
  public func with(_ scheme: Scheme) -> WebAddress {
    WebAddress(scheme: scheme, host: host, port: Self.usualPort(of: scheme), path: path)
  }

  /// Whether the host is a number rather than a name.
  public var isNumeric: Bool { host.contains(":") || IPAddress(host) != nil }

  /// Scheme, host and port, as browsers compare them.
  public var origin: String {
    let host = host.contains(":") ? "[\(host)]" : host
    return port == Self.usualPort(of: scheme) ? "\(scheme.rawValue)://\(host)" : "\(scheme.rawValue)://\(host):\(port)"
  }

  /// The whole address.
  public var text: String { origin + path }

  /// Whether the other address has the same host, whatever scheme and port.
  public func hasSameHost(as other: WebAddress) -> Bool { host == other.host }

  /// The same address at the host without `www.` in front.
  var withoutWWW: WebAddress {
    guard host.hasPrefix("www.") else { return self }
    return WebAddress(scheme: scheme, host: String(host.dropFirst(4)), port: port, path: path)
  }

  /// Whether the hosts are the same but for `www.` in front.
  func isNeighbour(of other: WebAddress) -> Bool {
    func bare(_ host: String) -> Substring { host.hasPrefix("www.") ? host.dropFirst(4) : host[...] }
    return bare(host) == bare(other.host)
  }
}

extension WebAddress: CustomStringConvertible {
  public var description: String { text }
}
