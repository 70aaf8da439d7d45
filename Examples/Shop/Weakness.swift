/// Something that can be wrong with the shop. Each is a switch; the raw value is the code under which a check reports
/// it.
///
/// Where two of them exclude each other, such as a certificate that has run out and one that is not valid yet, one of
/// the two wins; which, is not promised.
public enum Weakness: String, CaseIterable, Sendable {
  // TLS
  case tlsMissing = "tls-missing"
  case obsoleteProtocol = "tls-obsolete-protocol"
  case modernProtocolMissing = "tls-modern-protocol-missing"
  case tls13Missing = "tls-13-missing"
  case brokenCipher = "tls-broken-cipher"
  case weakCipher = "tls-weak-cipher"
  case postQuantumMissing = "tls-post-quantum-missing"
  case stapleMissing = "tls-staple-missing"

  // Certificate
  case certificateExpired = "certificate-expired"
  case certificateNotYetValid = "certificate-not-yet-valid"
  case certificateExpiresSoon = "certificate-expires-soon"
  case certificateLongLived = "certificate-long-lived"
  case certificateUntrusted = "certificate-untrusted"
  case certificateChainIncomplete = "certificate-chain-incomplete"
  case certificateWrongHost = "certificate-wrong-host"
  case certificateWeakKey = "certificate-weak-key"
  case certificateWeakSignature = "certificate-weak-signature"

  // The way from http to https
  case redirectMissing = "redirect-missing"
  case redirectInsecure = "redirect-insecure"
  case hstsMissing = "hsts-missing"
  case hstsMalformed = "hsts-malformed"
  case hstsShort = "hsts-short"
  case hstsSubdomainsMissing = "hsts-subdomains-missing"
  case hstsPreloadUnready = "hsts-preload-unready"

  // Content-Security-Policy
  case policyMissing = "csp-missing"
  case policyReportOnly = "csp-report-only"
  case policyInMetaOnly = "csp-in-meta-only"
  case policyMalformed = "csp-malformed"
  case policyScriptMissing = "csp-script-missing"
  case policyUnsafeInline = "csp-unsafe-inline"
  case policyUnsafeEval = "csp-unsafe-eval"
  case policyWildcard = "csp-wildcard"
  case policyInsecureSource = "csp-insecure-source"
  case policyObjectMissing = "csp-object-missing"
  case policyBaseMissing = "csp-base-missing"
  case policyFormMissing = "csp-form-missing"
  case policyBypassHost = "csp-bypass-host"
  case policyStyleUnsafeInline = "csp-style-unsafe-inline"

  // Other headers
  case nosniffMissing = "nosniff-missing"
  case framingAllowed = "framing-allowed"
  case referrerLeaks = "referrer-leaks"
  case versionDisclosed = "version-disclosed"
  case sharingAnyOrigin = "cors-any-origin"
  case sharingNullOrigin = "cors-null-origin"
  case sharingReflectsOrigin = "cors-reflects-origin"

  // Cookies
  case sessionCookieWithoutSecure = "session-cookie-without-secure"
  case sessionCookieWithoutHTTPOnly = "session-cookie-without-httponly"
  case cookieWithoutSecure = "cookie-without-secure"
  case cookieWithoutSameSite = "cookie-without-samesite"
  case cookiePrefixBroken = "cookie-prefix-broken"

  // What the pages load and where their forms lead
  case mixedActiveContent = "mixed-active-content"
  case mixedPassiveContent = "mixed-passive-content"
  case formInsecure = "form-insecure"
  case scriptWithoutIntegrity = "script-without-integrity"
  case styleWithoutIntegrity = "style-without-integrity"

  // Pages that have to be there
  case securityTxtMissing = "security-txt-missing"
  case securityTxtInvalid = "security-txt-invalid"
  case securityTxtExpired = "security-txt-expired"
  case securityTxtExpiresSoon = "security-txt-expires-soon"
  case securityTxtExpiresLate = "security-txt-expires-late"
  case privacyNoticeMissing = "privacy-notice-missing"
  case privacyNoticeEmpty = "privacy-notice-empty"
  case imprintMissing = "imprint-missing"
  case contactMissing = "contact-missing"

  // The admin panel
  case adminOpen = "admin-open"
  case adminWithoutSecondFactor = "admin-without-second-factor"

  // Files that anybody can fetch
  case exposedRepository = "exposed-repository"
  case exposedSecrets = "exposed-secrets"
  case exposedBackup = "exposed-backup"
  case exposedDump = "exposed-dump"
  case exposedLog = "exposed-log"
  case exposedDebug = "exposed-debug"
  case exposedInstaller = "exposed-installer"
  case exposedAdminFile = "exposed-admin-file"
  case exposedListing = "exposed-listing"
  case exposedSource = "exposed-source"
  case exposedInventory = "exposed-inventory"
  case exposedSettings = "exposed-settings"
}
