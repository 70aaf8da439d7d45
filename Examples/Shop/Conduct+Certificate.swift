extension Conduct {
  var certificatePlan: CertificatePlan {
    var plan = CertificatePlan()
    let day = CertificatePlan.day
    if has(.certificateLongLived) { plan.validUntil = 800 * day }
    if has(.certificateExpiresSoon) { (plan.validFrom, plan.validUntil) = (-83 * day, 6 * day) }
    if has(.certificateExpired) { (plan.validFrom, plan.validUntil) = (-93 * day, -3 * day) }
    if has(.certificateNotYetValid) { (plan.validFrom, plan.validUntil) = (3 * day, 93 * day) }
    if has(.certificateWrongHost) { plan.names = ["staging.teapot-and-leaf.example"] }
    // Triple DES comes only with keys that are exchanged under RSA.
    if has(.brokenCipher) { plan.key = .rsa(bits: 2_048) }
    if has(.certificateWeakKey) { plan.key = .rsa(bits: 1_024) }
    if has(.certificateChainIncomplete) { plan.issuer = .intermediate(isSent: false, signsWithSHA1: false) }
    if has(.certificateWeakSignature) { plan.issuer = .intermediate(isSent: true, signsWithSHA1: true) }
    if has(.stapleMissing) { plan.responder = "http://ocsp.example/" }
    if has(.certificateUntrusted) { plan.issuer = .itself }
    return plan
  }
}
