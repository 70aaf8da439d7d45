import NIOSSL

extension Conduct {
  /// Whether what answers for https speaks TLS at all.
  var speaksTLS: Bool { !has(.tlsMissing) }

  /// What the server agrees to, for a certificate and its key.
  func tls(_ identity: ServerIdentity) -> TLSConfiguration {
    var tls = TLSConfiguration.makeServerConfiguration(
      certificateChain: identity.chain.map { .certificate($0) }, privateKey: .privateKey(identity.key))
    tls.minimumTLSVersion = has(.obsoleteProtocol) || has(.modernProtocolMissing) ? .tlsv1 : .tlsv12
    if has(.tls13Missing) { tls.maximumTLSVersion = .tlsv12 }
    if has(.modernProtocolMissing) { tls.maximumTLSVersion = .tlsv11 }
    tls.cipherSuites = suites.joined(separator: ":")
    tls.curves = (has(.postQuantumMissing) ? [] : [.x25519_MLKEM768]) + [.x25519, .secp256r1, .secp384r1]
    return tls
  }

  /// In OpenSSL's names: Mozilla's guideline, profile "intermediate". Those of TLS 1.3 are always there.
  private var suites: [String] {
    var suites = ["AES128-GCM-SHA256", "AES256-GCM-SHA384", "CHACHA20-POLY1305"].flatMap {
      ["ECDHE-ECDSA-\($0)", "ECDHE-RSA-\($0)"]
    }
    // The versions before 1.2 know none of the above.
    if has(.weakCipher) || has(.obsoleteProtocol) || has(.modernProtocolMissing) {
      suites += ["AES128-SHA", "AES256-SHA"].flatMap { ["ECDHE-ECDSA-\($0)", "ECDHE-RSA-\($0)"] }
    }
    if has(.brokenCipher) { suites.append("DES-CBC3-SHA") }
    return suites
  }
}
