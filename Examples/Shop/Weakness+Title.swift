extension Weakness {
  /// What is wrong with the shop, for people.
  public var title: String {
    tlsTitle ?? certificateTitle ?? transportTitle ?? policyTitle ?? headerTitle ?? cookieTitle ?? pageTitle
      ?? adminTitle ?? exposureTitle ?? rawValue
  }

  private var tlsTitle: String? {
    switch self {
    case .tlsMissing: "What answers for https does not speak TLS"
    case .obsoleteProtocol: "The server still agrees to TLS 1.0 and 1.1"
    case .modernProtocolMissing: "The server agrees to nothing newer than TLS 1.1"
    case .tls13Missing: "The server refuses TLS 1.3"
    case .brokenCipher: "The server agrees to triple DES"
    case .weakCipher: "The server agrees to suites in CBC mode"
    case .postQuantumMissing: "The server takes no key exchange that withstands a quantum computer"
    case .stapleMissing: "The server staples no answer about the revocation of its certificate"
    default: nil
    }
  }

  private var certificateTitle: String? {
    switch self {
    case .certificateExpired: "The certificate has run out"
    case .certificateNotYetValid: "The certificate is not valid yet"
    case .certificateExpiresSoon: "The certificate runs out within a week"
    case .certificateLongLived: "The certificate is valid for more than two years"
    case .certificateUntrusted: "The certificate is self-signed"
    case .certificateChainIncomplete: "The certificate's issuer is not sent along"
    case .certificateWrongHost: "The certificate is for another host"
    case .certificateWeakKey: "The certificate has an RSA key of 1,024 bits"
    case .certificateWeakSignature: "The certificate is signed with SHA-1"
    default: nil
    }
  }

  private var transportTitle: String? {
    switch self {
    case .redirectMissing: "The shop is served over http too"
    case .redirectInsecure: "http leads to https by way of another http address"
    case .hstsMissing: "There is no Strict-Transport-Security header"
    case .hstsMalformed: "The Strict-Transport-Security header cannot be read"
    case .hstsShort: "Browsers are told to insist on https for a week only"
    case .hstsSubdomainsMissing: "Browsers are not told to insist on https for subdomains"
    case .hstsPreloadUnready: "The shop asks for preloading and is not ready for it"
    default: nil
    }
  }

  private var policyTitle: String? {
    switch self {
    case .policyMissing: "There is no Content-Security-Policy"
    case .policyReportOnly: "The Content-Security-Policy only reports"
    case .policyInMetaOnly: "The Content-Security-Policy stands in the page only"
    case .policyMalformed: "The Content-Security-Policy has a mistake in it"
    case .policyScriptMissing: "The Content-Security-Policy says nothing of scripts"
    case .policyUnsafeInline: "The Content-Security-Policy lets scripts in the page's text run"
    case .policyUnsafeEval: "The Content-Security-Policy lets scripts make code of text"
    case .policyWildcard: "The Content-Security-Policy lets scripts come from anywhere"
    case .policyInsecureSource: "The Content-Security-Policy allows sources over http"
    case .policyObjectMissing: "The Content-Security-Policy says nothing of plug-ins"
    case .policyBaseMissing: "The Content-Security-Policy says nothing of base addresses"
    case .policyFormMissing: "The Content-Security-Policy says nothing of where forms lead"
    case .policyBypassHost: "The Content-Security-Policy trusts a host that hands out anybody's scripts"
    case .policyStyleUnsafeInline: "The Content-Security-Policy lets styles in the page's text apply"
    default: nil
    }
  }

  private var headerTitle: String? {
    switch self {
    case .nosniffMissing: "There is no X-Content-Type-Options header"
    case .framingAllowed: "Every site may frame the shop"
    case .referrerLeaks: "Other sites are told the whole address that a customer comes from"
    case .versionDisclosed: "The headers name the versions of the server's programs"
    case .sharingAnyOrigin: "Scripts of every site may read the pages"
    case .sharingNullOrigin: "Scripts without an origin may act as the customer"
    case .sharingReflectsOrigin: "Scripts of every site may act as the customer"
    default: nil
    }
  }

  private var cookieTitle: String? {
    switch self {
    case .sessionCookieWithoutSecure: "The session cookie is sent over http too"
    case .sessionCookieWithoutHTTPOnly: "Scripts can read the session cookie"
    case .cookieWithoutSecure: "The language cookie is sent over http too"
    case .cookieWithoutSameSite: "The session cookie does not say where it may be sent from"
    case .cookiePrefixBroken: "A cookie breaks the rule of its prefix"
    default: nil
    }
  }

  private var pageTitle: String? {
    switch self {
    case .mixedActiveContent: "The pages load their script over http"
    case .mixedPassiveContent: "The pages load their logo over http"
    case .formInsecure: "The search sends what is typed over http"
    case .scriptWithoutIntegrity: "The pages run another host's script as it comes"
    case .styleWithoutIntegrity: "The pages apply another host's style sheet as it comes"
    case .securityTxtMissing: "There is no security.txt"
    case .securityTxtInvalid: "security.txt breaks the rules of RFC 9116"
    case .securityTxtExpired: "security.txt has run out"
    case .securityTxtExpiresSoon: "security.txt runs out within a week"
    case .securityTxtExpiresLate: "security.txt runs out in two years only"
    case .privacyNoticeMissing: "There is no privacy notice"
    case .privacyNoticeEmpty: "The privacy notice has nothing in it"
    case .imprintMissing: "There is no legal notice"
    case .contactMissing: "Neither the front page nor the legal notice says how to reach the shop"
    default: nil
    }
  }

  private var adminTitle: String? {
    switch self {
    case .adminOpen: "The admin panel opens without a sign-in"
    case .adminWithoutSecondFactor: "The admin panel asks for a password and nothing more"
    default: nil
    }
  }

  private var exposureTitle: String? {
    switch self {
    case .exposedRepository: "The source code's history can be fetched"
    case .exposedSecrets: "A file with passwords can be fetched"
    case .exposedBackup: "A backup can be fetched"
    case .exposedDump: "A dump of the database can be fetched"
    case .exposedLog: "A log can be fetched"
    case .exposedDebug: "Pages for finding mistakes can be fetched"
    case .exposedInstaller: "An installer is still there"
    case .exposedAdminFile: "A tool for the database is there for everybody"
    case .exposedListing: "The server lists the files in a folder"
    case .exposedSource: "A copy of the front script can be fetched"
    case .exposedInventory: "The list of the libraries in use can be fetched"
    case .exposedSettings: "The web server's settings can be fetched"
    default: nil
    }
  }
}
