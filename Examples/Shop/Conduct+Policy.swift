extension Conduct {
  /// How browsers are told of the policy.
  enum PolicyPlace: Sendable { case header, reportOnlyHeader, page, nowhere }

  var policyPlace: PolicyPlace {
    if has(.policyMissing) { return .nowhere }
    if has(.policyReportOnly) { return .reportOnlyHeader }
    return has(.policyInMetaOnly) ? .page : .header
  }

  func policy(_ addresses: Addresses) -> ContentPolicy {
    var policy = ContentPolicy.strict
    if has(.policyUnsafeInline) { policy.allow("'unsafe-inline'", in: "script-src") }
    if has(.policyUnsafeEval) { policy.allow("'unsafe-eval'", in: "script-src") }
    if has(.policyWildcard) { policy.allow("https:", in: "script-src") }
    if has(.scriptWithoutIntegrity) { policy.allow(addresses.partnerOrigin, in: "script-src") }
    if has(.policyInsecureSource) { policy.allow("http://pictures.example", in: "img-src") }
    if has(.policyBaseMissing) { policy.drop("base-uri") }
    if has(.policyFormMissing) { policy.drop("form-action") }
    if has(.policyBypassHost) { policy.allow("https://unpkg.com", in: "script-src") }
    if has(.policyStyleUnsafeInline) { policy.allow("'unsafe-inline'", in: "style-src") }
    if has(.styleWithoutIntegrity) { policy.allow(addresses.partnerOrigin, in: "style-src") }
    // Without its quotes the word means a host of that name.
    if has(.policyMalformed) { policy.allow("self", in: "font-src") }
    if has(.policyScriptMissing) {
      policy.drop("default-src")
      policy.drop("script-src")
      policy.allow("'none'", in: "object-src")
    }
    if has(.policyObjectMissing) {
      policy.drop("default-src")
      policy.drop("object-src")
    }
    // In a page the directive means nothing.
    if has(.framingAllowed) || policyPlace == .page { policy.drop("frame-ancestors") }
    return policy
  }
}
