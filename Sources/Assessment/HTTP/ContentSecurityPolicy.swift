/// A Content-Security-Policy (W3C CSP level 3, section 2.2).
struct ContentSecurityPolicy: Hashable, Sendable {
  /// Sources by directive, both in lower case where case does not matter.
  private(set) var directives: [String: [String]] = [:]
  /// What browsers would ignore or read otherwise than it was meant.
  private(set) var faults: [String] = []

  /// Reads one serialized policy; every text is some policy, and what is wrong with it is among its ``faults``.
  init(_ text: String) {
    for part in text.prefix(PageSighting.longestValue).split(separator: ";") {
      let words = part.split(whereSeparator: { $0 == " " || $0 == "\t" || $0.isNewline }).map(String.init)
      guard let name = words.first?.lowercased() else { continue }
      guard directives[name] == nil else {
        faults.append("\(Self.shown(name)) is there twice; only the first counts")
        continue
      }
      if !Self.known.contains(name) { faults.append("\(Self.shown(name)) is no directive") }
      directives[name] = Array(words.dropFirst())
      if Self.fetch.contains(name) || ["base-uri", "form-action", "frame-ancestors"].contains(name) {
        faults += Self.faults(in: Array(words.dropFirst()), of: name)
      }
    }
  }

  /// Reads the values of a header: policies may be joined with commas, and each of them must be satisfied.
  static func policies(_ headers: [String]) -> [ContentSecurityPolicy] {
    headers.flatMap { $0.split(separator: ",") }.map { ContentSecurityPolicy(String($0)) }
      .filter { !$0.directives.isEmpty }
  }

  /// The sources for a kind of content, found as browsers find them (section 6.8.3); nil where anything goes.
  func sources(for directive: String) -> [String]? {
    for name in Self.fallbacks[directive] ?? [directive] {
      if let sources = directives[name] { return sources.map { Self.normalised($0) } }
    }
    return nil
  }

  /// Whether nonces, hashes or strict-dynamic take the place of lists of hosts.
  static func isStrict(_ sources: [String]) -> Bool {
    sources.contains { $0.hasPrefix("'nonce-") || $0.hasPrefix("'sha") || $0 == "'strict-dynamic'" }
  }

  private static func normalised(_ source: String) -> String {
    source.lowercased().hasPrefix("'nonce-") || source.lowercased().hasPrefix("'sha") ? source : source.lowercased()
  }

  private static func faults(in sources: [String], of name: String) -> [String] {
    let keywords = ["self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic", "report-sample", "unsafe-hashes"]
    var faults: [String] = []
    for source in sources {
      let lowered = source.lowercased()
      if keywords.contains(lowered) {
        faults.append("\(lowered) in \(name) stands without its quotes, so it means a host")
      }
      if known.contains(lowered) {
        faults.append("\(lowered) stands among the sources of \(name): is a semicolon missing?")
      }
      if lowered.hasPrefix("'"), !lowered.hasSuffix("'") || lowered.count < 3 {
        faults.append("\(shown(source)) in \(name) is quoted on one side only")
      }
    }
    if sources.count > 1, sources.contains(where: { $0.lowercased() == "'none'" }) {
      faults.append("'none' in \(name) stands beside other sources, so it means nothing")
    }
    return faults
  }

  /// A word of a stranger's header, shortened for a message.
  private static func shown(_ word: String) -> String { "'\(word.prefix(40))'" }

  private static let fetch: Set<String> = [
    "default-src", "script-src", "script-src-elem", "script-src-attr", "style-src", "style-src-elem", "style-src-attr",
    "img-src", "font-src", "connect-src", "media-src", "object-src", "frame-src", "child-src", "worker-src",
    "manifest-src", "prefetch-src", "fenced-frame-src",
  ]

  private static let known: Set<String> = fetch.union([
    "base-uri", "form-action", "frame-ancestors", "sandbox", "report-uri", "report-to", "upgrade-insecure-requests",
    "block-all-mixed-content", "require-trusted-types-for", "trusted-types", "require-sri-for", "plugin-types",
    "navigate-to", "webrtc",
  ])

  private static let fallbacks: [String: [String]] = [
    "script": ["script-src-elem", "script-src", "default-src"],
    "handler": ["script-src-attr", "script-src", "default-src"],
    "style": ["style-src-elem", "style-src", "default-src"],
    "eval": ["script-src", "default-src"], "object": ["object-src", "default-src"],
    "image": ["img-src", "default-src"], "frame": ["frame-src", "child-src", "default-src"],
  ]
}
