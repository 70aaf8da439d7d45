import Foundation
import TestKit
import Testing

/// The repository's own rules. Each rule is a function from a file to complaints, and each is shown to bite.
@Suite struct `The sources are tidy` {
  static let product = SourceTree.files(below: ["Sources", "Examples"], endings: [".swift"])
  static let all = product + SourceTree.files(below: ["Tests"], endings: [".swift"])

  static func complaints(in files: [String], _ rule: (String, [Substring]) -> [String]) throws -> [String] {
    try files.flatMap { file in
      rule(file, try SourceTree.text(of: file).split(separator: "\n", omittingEmptySubsequences: false))
    }
  }

  static func expectNone(in files: [String], _ rule: (String, [Substring]) -> [String]) throws {
    let found = try complaints(in: files, rule)
    #expect(!files.isEmpty)
    #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
  }

  @Test func `every rule finds what it is for`() {
    func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    #expect(!Rules.banned("Sources/X/X.swift", lines("let x = try" + "! y()")).isEmpty)
    #expect(!Rules.banned("Sources/X/X.swift", lines("// TO" + "DO later")).isEmpty)
    #expect(!Rules.unproven("Sources/X/X.swift", lines("final class X: @unchecked" + " Sendable {}")).isEmpty)
    #expect(!Rules.imports("Sources/TransparencyLog/X.swift", lines("public import Storage")).isEmpty)
    #expect(!Rules.imports("Sources/Primitives/X.swift", lines("import Foundation")).isEmpty)
    #expect(!Rules.length("Sources/X/X.swift", lines(String(repeating: "\n", count: 601))).isEmpty)
    let long = "  func long() {\n" + String(repeating: "    work()\n", count: 61) + "  }"
    #expect(!Rules.functionLength("Sources/X/X.swift", lines(long)).isEmpty)
    #expect(!Rules.statements("Sources/Journal/Journal.swift", lines("  \"SEL" + "ECT 1\"")).isEmpty)
    #expect(!Rules.name("Sources/X/Other.swift", lines("struct Thing {}")).isEmpty)
    #expect(!Rules.name("Sources/X/ThingHelper.swift", lines("struct ThingHelper {}")).isEmpty)
  }

  @Test func `nothing banned is used`() throws { try Self.expectNone(in: Self.product, Rules.banned) }

  @Test func `every unchecked conformance says why it holds`() throws {
    try Self.expectNone(in: Self.all, Rules.unproven)
  }

  @Test func `rooms import only what lies below them`() throws {
    try Self.expectNone(in: Self.product, Rules.imports)
  }

  @Test func `files are short`() throws { try Self.expectNone(in: Self.all, Rules.length) }

  @Test func `functions are short`() throws { try Self.expectNone(in: Self.all, Rules.functionLength) }

  @Test func `statements stand in stores and migrations only`() throws {
    try Self.expectNone(in: Self.product, Rules.statements)
  }

  @Test func `files are named after what they declare`() throws {
    try Self.expectNone(in: Self.product, Rules.name)
  }

  @Test func `nothing leans on what a fresh clone lacks`() throws {
    let files =
      Self.all + ["Package.swift", "Makefile", "README.md"]
      + SourceTree.files(below: ["docs"], endings: [".md"]) + ["scripts/bootstrap", "scripts/fuzz", "scripts/lint"]
    let outside = ".." + "/shared"
    #expect(try files.filter { try SourceTree.text(of: $0).contains(outside) } == [])
  }
}

enum Rules {
  private static func find(_ file: String, _ lines: [Substring], _ words: [(String, String)]) -> [String] {
    lines.enumerated().flatMap { number, line in
      words.filter { line.contains($0.0) }.map { "\(file):\(number + 1): \($0.0): use \($0.1)" }
    }
  }

  static func banned(_ file: String, _ lines: [Substring]) -> [String] {
    find(
      file, lines,
      [
        ("try" + "!", "a typed error"), ("as" + "! ", "as?"), ("fatal" + "Error(", "a typed error"),
        ("nonisolated(" + "unsafe)", "a Mutex"), ("Date" + "()", "Surroundings"), ("TO" + "DO", "an issue"),
        ("FIX" + "ME", "an issue"),
      ])
  }

  static func unproven(_ file: String, _ lines: [Substring]) -> [String] {
    lines.indices.compactMap { number in
      guard lines[number].contains(": @unchecked" + " Sendable") else { return nil }
      let around = lines[max(0, number - 6)...min(lines.count - 1, number + 1)]
      return around.contains { $0.contains("`@unchecked" + " Sendable`:") } ? nil : "\(file):\(number + 1) has no proof"
    }
  }

  /// docs/architecture.md: what each room may import of ours, and which pure rooms may not import Foundation as a whole.
  static let allowed: [String: Set<String>] = [
    "Primitives": [], "TransparencyLog": ["Primitives"], "Storage": ["Primitives"],
    "Journal": ["Primitives", "Storage", "TransparencyLog"],
    "Obligations": ["Primitives", "Storage", "TransparencyLog", "Journal"],
    "Access": ["Primitives", "Storage", "Journal", "Obligations"], "Assessment": ["Primitives", "Obligations"],
    "Vault": ["Primitives", "Storage", "Journal", "Obligations"],
    "Console": [
      "Primitives", "Storage", "TransparencyLog", "Journal", "Obligations", "Access", "Assessment", "Vault",
    ],
    "surety": [
      "Primitives", "Storage", "TransparencyLog", "Journal", "Obligations", "Access", "Assessment", "Vault", "Console",
      "Shop",
    ],
    // The demonstration's shop knows nothing of Surety.
    "Shop": [],
  ]
  static let pure: Set<String> = ["Primitives", "TransparencyLog"]

  static func imports(_ file: String, _ lines: [Substring]) -> [String] {
    let room = String(file.split(separator: "/")[1])
    guard let allowed = allowed[room] else { return [] }
    let rooms = Set(Self.allowed.keys).union(["TestKit"])
    return lines.compactMap { line in
      let words = line.split(separator: " ")
      guard words.contains("import"), let module = words.last.map({ String($0) }) else { return nil }
      // Where the small Foundation is missing the whole one stands in: those lines are indented, inside `#if`.
      let isWholeFoundation = module == "Foundation" && pure.contains(room) && !line.hasPrefix(" ")
      return (rooms.contains(module) && !allowed.contains(module)) || isWholeFoundation
        ? "\(file): \(room) may not import \(module)" : nil
    }
  }

  static func length(_ file: String, _ lines: [Substring]) -> [String] {
    lines.count > 600 ? ["\(file) has \(lines.count) lines"] : []
  }

  /// From a line that declares a function to the brace that closes it at the same indentation.
  static func functionLength(_ file: String, _ lines: [Substring]) -> [String] {
    lines.indices.compactMap { start in
      let line = lines[start]
      guard line.contains("func "), line.contains("{") || line.hasSuffix("("), !line.hasSuffix("}"),
        !line.contains("//")
      else {
        return nil
      }
      let indentation = String(line.prefix { $0 == " " })
      guard let end = lines[start...].firstIndex(of: Substring(indentation + "}")), end - start > 61 else { return nil }
      return "\(file):\(start + 1): a function of \(end - start - 1) lines"
    }
  }

  static func statements(_ file: String, _ lines: [Substring]) -> [String] {
    let parts = file.split(separator: "/")
    guard !["Storage", "TestKit", "Bench"].contains(parts[1]), !file.hasSuffix("Store.swift"),
      !file.hasSuffix("Migrations.swift"), !file.hasSuffix("/Witness.swift"),
      // A made-up dump of a database, which the demonstration's shop leaks.
      !file.hasSuffix("Shop/LeakedFile.swift")
    else { return [] }
    return find(
      file, lines,
      ["SEL" + "ECT ", "INS" + "ERT INTO ", "UPD" + "ATE journal", "DEL" + "ETE FROM "].map { ($0, "a store") })
  }

  static func name(_ file: String, _ lines: [Substring]) -> [String] {
    let name = file.split(separator: "/").last.map { $0.dropLast(".swift".count) } ?? ""
    // libFuzzer's entry point is a function with a name of libFuzzer's.
    guard !file.hasPrefix("Sources/Fuzz/") else { return [] }
    let vague = ["Helper", "Util", "Manager", "Misc", "Common"].filter { name.contains($0) }
    guard vague.isEmpty else { return ["\(file): \(vague[0]) says nothing"] }
    let concept = name.split(separator: "+")[0]
    let declares = lines.contains { line in
      let words = line.split(whereSeparator: { !$0.isLetter && !$0.isNumber && $0 != "_" })
      return words.contains(concept)
        && ["struct", "class", "enum", "actor", "protocol", "extension", "func"].contains {
          words.contains(Substring($0))
        }
    }
    return declares ? [] : ["\(file) declares no \(concept)"]
  }
}
