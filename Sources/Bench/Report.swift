import Foundation

/// What was measured, printed as it comes and written as JSON at the end.
final class Report {
  /// One figure.
  struct Figure: Encodable {
    var name: String
    var value: Double
    var unit: String
    var atLeast: Double?
    var atMost: Double?
    /// What the same machine does without Surety, measured in the same run.
    var peer: String?
    var limit: String?
    var durability: String
    var machine: String
  }

  private let only: String
  private var figures: [Figure] = []
  private let machine = Report.describeMachine()

  init(only: String) {
    self.only = only
    print("machine: \(machine)\n")
    print(Self.row("name", "value", "unit", "limit", "peer / durability"))
  }

  /// Whether figures of this name are asked for.
  func wants(_ name: String) -> Bool { only.isEmpty || name.hasPrefix(only) || only.hasPrefix(name) }

  /// Adds a figure.
  func add(
    _ name: String, _ value: Double, _ unit: String, atLeast: Double? = nil, atMost: Double? = nil,
    peer: String? = nil, durability: String = "none"
  ) {
    let limit = atLeast.map { "at least \(Self.number($0))" } ?? atMost.map { "at most \(Self.number($0))" }
    figures.append(
      Figure(
        name: name, value: value, unit: unit, atLeast: atLeast, atMost: atMost, peer: peer, limit: limit,
        durability: durability, machine: machine))
    let verdict = limit.map { (Self.holds(figures[figures.count - 1]) ? "ok " : "MISSED ") + $0 } ?? ""
    print(
      Self.row(name, Self.number(value), unit, verdict, [peer, durability].compactMap(\.self).joined(separator: "; ")))
    fflush(nil)
  }

  /// The value of a figure that was measured before.
  func value(of name: String) -> Double? { figures.last { $0.name == name }?.value }

  /// The names of the figures that miss their limit.
  var missed: [String] { figures.filter { !Self.holds($0) }.map(\.name) }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    try encoder.encode(figures).write(to: URL(filePath: path))
  }

  private static func holds(_ figure: Figure) -> Bool {
    figure.value >= figure.atLeast ?? -.infinity && figure.value <= figure.atMost ?? .infinity
  }

  private static func row(_ columns: String...) -> String {
    let widths = [36, 12, 14, 24, 0]
    return zip(columns, widths).map { $0.padding(toLength: max($1, $0.count + 1), withPad: " ", startingAt: 0) }
      .joined()
  }

  private static func number(_ value: Double) -> String {
    value >= 1_000 ? String(Int(value.rounded())) : String(format: "%.3g", value)
  }

  private static func describeMachine() -> String {
    let processors = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let model = processors.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
    return
      "\(ProcessInfo.processInfo.activeProcessorCount) cores, \(model.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown")"
  }
}
