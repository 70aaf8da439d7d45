/// Everything that the shop's routes work with.
struct Storefront: Sendable {
  let conduct: Conduct
  let addresses: Addresses
  let clock: ShopClock
  let secrets: ShopSecrets
  let store: ShopStore
  let log: AccessLogFile
  let limit = SignInLimit()

  var frame: PageFrame { PageFrame(conduct: conduct, addresses: addresses) }
  var visits: Visits {
    Visits(conduct: conduct, sessions: store.sessions, formKey: secrets.formKey, clock: clock)
  }
}
