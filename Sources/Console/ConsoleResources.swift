/// What the console carries within the program: templates, style sheet, scripts, icons.
enum ConsoleResources {
  static let version = "0.2.0"

  struct Asset: Sendable {
    let name: String
    let type: String
    let bytes: [UInt8]
  }

  static let assets = [
    Asset(name: "surety.css", type: "text/css; charset=utf-8", bytes: PackageResources.surety_css),
    Asset(name: "surety.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.surety_js),
    Asset(name: "live.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.live_js),
    Asset(name: "passkey.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.passkey_js),
    Asset(name: "verify.js", type: "text/javascript; charset=utf-8", bytes: PackageResources.verify_js),
    Asset(name: "favicon.svg", type: "image/svg+xml", bytes: PackageResources.favicon_svg),
    Asset(name: "icons.svg", type: "image/svg+xml", bytes: PackageResources.icons_svg),
  ]

  /// Pages and their parts, by the names by which templates call each other.
  static let templates: [(name: String, bytes: [UInt8])] = [
    ("access-review", PackageResources.access_review_mustache),
    ("account", PackageResources.account_mustache),
    ("attestation", PackageResources.attestation_mustache),
    ("attestation-new", PackageResources.attestation_new_mustache),
    ("attestations", PackageResources.attestations_mustache),
    ("changes", PackageResources.changes_mustache),
    ("check", PackageResources.check_mustache),
    ("checks", PackageResources.checks_mustache),
    ("duty", PackageResources.duty_mustache),
    ("error", PackageResources.error_mustache),
    ("exception", PackageResources.exception_mustache),
    ("exception-new", PackageResources.exception_new_mustache),
    ("exceptions", PackageResources.exceptions_mustache),
    ("explorer", PackageResources.explorer_mustache),
    ("explorer-entry", PackageResources.explorer_entry_mustache),
    ("finding", PackageResources.finding_mustache),
    ("findings", PackageResources.findings_mustache),
    ("gateway-arrival", PackageResources.gateway_arrival_mustache),
    ("gateway-refusal", PackageResources.gateway_refusal_mustache),
    ("invitation", PackageResources.invitation_mustache),
    ("invitation-ask", PackageResources.invitation_ask_mustache),
    ("invite", PackageResources.invite_mustache),
    ("invited", PackageResources.invited_mustache),
    ("layout", PackageResources.layout_mustache),
    ("layout-public", PackageResources.layout_public_mustache),
    ("member", PackageResources.member_mustache),
    ("members", PackageResources.members_mustache),
    ("obligations", PackageResources.obligations_mustache),
    ("observation", PackageResources.observation_mustache),
    ("overview", PackageResources.overview_mustache),
    ("part-advice", PackageResources.part_advice_mustache),
    ("part-changes", PackageResources.part_changes_mustache),
    ("part-control", PackageResources.part_control_mustache),
    ("part-duties", PackageResources.part_duties_mustache),
    ("part-empty", PackageResources.part_empty_mustache),
    ("part-entry", PackageResources.part_entry_mustache),
    ("part-exception", PackageResources.part_exception_mustache),
    ("part-filter", PackageResources.part_filter_mustache),
    ("part-finding", PackageResources.part_finding_mustache),
    ("part-head", PackageResources.part_head_mustache),
    ("part-history", PackageResources.part_history_mustache),
    ("part-look", PackageResources.part_look_mustache),
    ("part-menu", PackageResources.part_menu_mustache),
    ("part-messages", PackageResources.part_messages_mustache),
    ("part-outcome", PackageResources.part_outcome_mustache),
    ("part-pages", PackageResources.part_pages_mustache),
    ("part-reasons", PackageResources.part_reasons_mustache),
    ("part-setup", PackageResources.part_setup_mustache),
    ("part-severity", PackageResources.part_severity_mustache),
    ("part-shortcuts", PackageResources.part_shortcuts_mustache),
    ("part-state", PackageResources.part_state_mustache),
    ("part-status", PackageResources.part_status_mustache),
    ("part-strip", PackageResources.part_strip_mustache),
    ("part-time", PackageResources.part_time_mustache),
    ("part-verify", PackageResources.part_verify_mustache),
    ("passkey-new", PackageResources.passkey_new_mustache),
    ("password", PackageResources.password_mustache),
    ("prove", PackageResources.prove_mustache),
    ("recovery-codes", PackageResources.recovery_codes_mustache),
    ("requirement", PackageResources.requirement_mustache),
    ("settings", PackageResources.settings_mustache),
    ("sign-in", PackageResources.sign_in_mustache),
    ("standing", PackageResources.standing_mustache),
    ("styleguide", PackageResources.styleguide_mustache),
  ]
}
