import Primitives
import Testing

@testable import Console

@Suite struct `A moment on a page` {
  private static let now = Instant(seconds: 1_795_552_500)

  @Test func `is absolute with its zone first`() {
    #expect(TimeText(Self.now, asOf: Self.now).absolute == "24 Nov 2026, 20:35 UTC")
    #expect(TimeText.day(Self.now) == "24 Nov 2026")
  }

  @Test(
    arguments: [
      (0, "just now"), (-59, "just now"), (-60, "1 minute ago"), (-3_661, "1 hour 1 minute ago"),
      (-90_000, "1 day 1 hour ago"), (30, "in less than a minute"), (60, "in 1 minute"),
      (2 * 86_400 + 3 * 3_600 + 59, "in 2 days 3 hours"), (40 * 86_400 + 7_200, "in 40 days"),
      (3_600 + 30, "in 1 hour"),
    ] as [(Int64, String)])
  func `is rounded towards less time left`(seconds: Int64, words: String) {
    let moment = Self.now.advanced(by: .seconds(seconds))
    #expect(TimeText(moment, asOf: Self.now).relative == words)
  }
}
