/// All pages of the console.
struct ConsolePages {
  let routes: Routes

  func add() {
    OverviewPage(routes: routes).add()
    ChangesPage(routes: routes).add()
    ObligationsPage(routes: routes).add()
    DutyPage(routes: routes).add()
    RequirementPage(routes: routes).add()
    StandingPage(routes: routes).add()
    ChecksPages(routes: routes).add()
    ObservationPage(routes: routes).add()
    FindingsPages(routes: routes).add()
    ExplorerPages(routes: routes).add()
    AttestationsPages(routes: routes).add()
    ExceptionsPages(routes: routes).add()
    SettingsPage(routes: routes).add()
    AccountPages(routes: routes).add()
    AccessReviewPages(routes: routes).add()
    MembersPages(routes: routes).add()
    EmergencyPages(routes: routes).add()
    KeysPages(routes: routes).add()
    if let vault = routes.rooms.vault { VaultPages(routes: routes, vault: vault).add() }
    // For whoever changes the console; a shop's own installation has no use for it.
    if routes.rooms.isDemo { StyleguidePage(routes: routes).add() }
  }
}
