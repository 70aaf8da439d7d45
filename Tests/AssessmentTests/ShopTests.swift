import Foundation
import Logging
import Shop
import TestKit
import Testing

@Suite struct `Temporary shop` {
  @Test func `stays`() async throws {
    guard let text = ProcessInfo.processInfo.environment["SHOP_STAY"] else { return }
    let names = (ProcessInfo.processInfo.environment["SHOP_WEAK"] ?? "").split(separator: ",").compactMap { Weakness(rawValue: String($0)) }
    let shop = try Shop(
      Shop.Configuration(directory: text, httpsPort: 18443, httpPort: 18081, weaknesses: Set(names)), logger: Logger(label: "shop")
    ) { print("PORTS", $0) }
    print("HINT", shop.signInHint.user, shop.signInHint.password, shop.signInHint.code(at: Int64(time(nil))))
    try await shop.run()
  }
}
