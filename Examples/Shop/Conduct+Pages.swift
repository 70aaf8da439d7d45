extension Conduct {
  /// The addresses of the scripts that the pages load.
  func scripts(_ addresses: Addresses) -> [String] {
    let own = (has(.mixedActiveContent) ? addresses.plainOrigin() : "") + "/shop.js"
    return servesPartnerScript ? [own, "\(addresses.partnerOrigin)/partner.js"] : [own]
  }

  /// Whether the script is served that stands for somebody else's.
  var servesPartnerScript: Bool { has(.scriptWithoutIntegrity) }

  /// The addresses of the style sheets that the pages apply; one of them stands for somebody else's.
  func styles(_ addresses: Addresses) -> [String] {
    ["/style.css"] + (has(.styleWithoutIntegrity) ? ["\(addresses.partnerOrigin)/style.css"] : [])
  }

  func logo(_ addresses: Addresses) -> String {
    (has(.mixedPassiveContent) ? addresses.plainOrigin() : "") + "/pictures/logo.svg"
  }

  /// Where the search leads.
  func search(_ addresses: Addresses) -> String { (has(.formInsecure) ? addresses.plainOrigin() : "") + "/search" }

  var privacyNotice: LegalPages.Notice {
    if has(.privacyNoticeMissing) { return .missing }
    return has(.privacyNoticeEmpty) ? .empty : .whole
  }

  var hasImprint: Bool { !has(.imprintMissing) }
  var hasContact: Bool { !has(.contactMissing) }

  /// security.txt, for a moment; nil where there is none.
  func securityTxt(at now: Int64, _ addresses: Addresses) -> SecurityTxtFile? {
    guard !has(.securityTxtMissing) else { return nil }
    let day: Int64 = 86_400
    var file = SecurityTxtFile(
      expires: UTCTime(seconds: now + 180 * day),
      canonical: Addresses.hosts.map { "\(addresses.secureOrigin($0))\(SecurityTxtFile.path)" })
    if has(.securityTxtExpiresSoon) { file.expires = UTCTime(seconds: now + 7 * day) }
    if has(.securityTxtExpiresLate) { file.expires = UTCTime(seconds: now + 730 * day) }
    if has(.securityTxtExpired) { file.expires = UTCTime(seconds: now - 30 * day) }
    // The address stands there as people write it, without mailto:.
    if has(.securityTxtInvalid) { file.contact = SecurityTxtFile.mailbox }
    return file
  }
}
