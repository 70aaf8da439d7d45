import HTTPTypes
import Hummingbird

/// Looking around: the catalogue, the products, the search, and the pages that a shop owes its customers.
struct CatalogueRoutes: Sendable {
  let storefront: Storefront

  private var catalogue: CatalogueStore { storefront.store.catalogue }
  private var frame: PageFrame { storefront.frame }

  func add(to pages: RouterGroup<ShopRequestContext>) {
    pages.get("") { _, context in
      frame.page("Teas and pots", visit: try context.visit, CataloguePages.front(try await catalogue.all()))
    }
    for kind in Product.Kind.allCases {
      pages.get(RouterPath(kind.path)) { _, context in
        let content = CataloguePages.kind(kind, try await catalogue.all(of: kind))
        return frame.page(kind.title, visit: try context.visit, content)
      }
    }
    pages.get("products/{slug}") { _, context in
      let visit = try context.visit
      guard let product = try await catalogue.product(try context.parameters.require("slug")) else {
        throw Refusal.notFound
      }
      return frame.page(product.name, visit: visit, CataloguePages.product(product, visit))
    }
    pages.get("search") { request, context in
      let words = Form(request.uri.query ?? "").text("q", most: 100)
      let found = words.isEmpty ? [] : try await catalogue.search(words)
      return frame.page("Search", visit: try context.visit, CataloguePages.found(words, found))
    }
    addLegal(to: pages)
  }

  private func addLegal(to pages: RouterGroup<ShopRequestContext>) {
    let conduct = storefront.conduct
    if conduct.privacyNotice != .missing {
      pages.get("privacy") { _, context in
        frame.page("Privacy notice", visit: try context.visit, LegalPages.privacy(conduct.privacyNotice))
      }
    }
    if conduct.hasImprint {
      pages.get("imprint") { _, context in
        frame.page("Legal notice", visit: try context.visit, LegalPages.imprint(namesContact: conduct.hasContact))
      }
    }
    if conduct.hasContact {
      pages.get("contact") { _, context in frame.page("Contact", visit: try context.visit, LegalPages.contact) }
    }
  }
}
