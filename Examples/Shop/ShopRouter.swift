import HTTPTypes
import Hummingbird
import NIOCore

/// Which part of the shop answers for which path.
enum ShopRouter {
  typealias ShopRoutes = RouterGroup<ShopRequestContext>

  /// The shop, as it is served over https.
  static func shop(_ storefront: Storefront, isSecure: Bool) -> Router<ShopRequestContext> {
    let router = bare(storefront, isSecure: isSecure)
    FixedFiles(storefront: storefront).add(to: router)
    let pages = router.group().add(middleware: storefront.visits)
    CatalogueRoutes(storefront: storefront).add(to: pages)
    CheckoutRoutes(storefront: storefront).add(to: pages)
    Accounts(storefront: storefront).add(to: pages)
    AdminPanel(storefront: storefront).add(to: pages)
    return router
  }

  /// What is answered over http.
  static func plain(_ storefront: Storefront) -> Router<ShopRequestContext> {
    guard storefront.conduct.plainAnswer != .shop else { return shop(storefront, isSecure: false) }
    let router = bare(storefront, isSecure: false)
    router.add(middleware: PlainRedirect(conduct: storefront.conduct, addresses: storefront.addresses))
    return router
  }

  private static func bare(_ storefront: Storefront, isSecure: Bool) -> Router<ShopRequestContext> {
    let router = Router(context: ShopRequestContext.self, options: .autoGenerateHeadEndpoints)
    router.add(middleware: AccessLog(file: storefront.log, clock: storefront.clock))
    router.add(
      middleware: AnswerHeaders(
        conduct: storefront.conduct, addresses: storefront.addresses, isSecure: isSecure))
    router.add(middleware: ErrorPages(frame: storefront.frame))
    return router
  }
}
