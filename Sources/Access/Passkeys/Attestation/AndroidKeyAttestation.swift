import SwiftASN1
import X509

/// Attestation by Android's key store (WebAuthn Level 3, section 8.4).
struct AndroidKeyAttestation {
  let statement: AttestationStatement

  init(_ statement: AttestationStatement) { self.statement = statement }

  func chain() throws(PasskeyError) -> [Certificate] {
    let (leaf, chain) = try statement.demandedCertificates()
    try statement.expectSignature(over: statement.signedBytes, by: leaf)
    guard statement.isForCredential(leaf) else { throw statement.invalid("its certificate is for another key") }
    guard let found = leaf.extensions[oid: Self.descriptionOID],
      let description = try? KeyDescription(derEncoded: Array(found.value))
    else { throw statement.invalid("its certificate does not describe the key") }
    guard description.challenge == statement.clientDataHash else {
      throw statement.invalid("its certificate was made for another registration")
    }
    // Section 8.4: the key is the site's alone, made in the key store, and for signing. Only what the hardware enforces
    // counts.
    guard !description.software.isForAllApplications, !description.hardware.isForAllApplications else {
      throw statement.invalid("the key may be used by every application")
    }
    guard description.hardware.origin == 0 else { throw statement.invalid("the key was not made in the hardware") }
    guard description.hardware.purposes == [2] else { throw statement.invalid("the key is not for signing alone") }
    return chain
  }

  private static let descriptionOID: ASN1ObjectIdentifier = [1, 3, 6, 1, 4, 1, 11129, 2, 1, 17]
}

/// The extension of Android's certificates that describes a key, as far as it is asked for:
/// https://source.android.com/docs/security/features/keystore/attestation
private struct KeyDescription: DERParseable {
  struct AuthorizationList {
    var purposes: [Int] = []
    var origin: Int?
    var isForAllApplications = false

    init(_ node: ASN1Node) throws {
      guard case .constructed(let members) = node.content else { return }
      for member in members where member.identifier.tagClass == .contextSpecific {
        guard case .constructed(let inner) = member.content, let value = inner.first(where: { _ in true }) else {
          continue
        }
        switch member.identifier.tagNumber {
        case 1:
          guard case .constructed(let numbers) = value.content else { continue }
          purposes = try numbers.map { try Int(derEncoded: $0) }
        case 600: isForAllApplications = true
        case 702: origin = try Int(derEncoded: value)
        default: continue
        }
      }
    }
  }

  let challenge: [UInt8]
  let software: AuthorizationList
  let hardware: AuthorizationList

  init(derEncoded node: ASN1Node) throws {
    guard case .constructed(let children) = node.content else {
      throw ASN1Error.unexpectedFieldType(node.identifier)
    }
    // Version, security level, key store's version and level, challenge, unique identifier, two lists.
    let fields = Array(children)
    guard fields.count >= 8 else { throw ASN1Error.invalidASN1Object(reason: "a key description has eight fields") }
    challenge = Array(try ASN1OctetString(derEncoded: fields[4]).bytes)
    software = try AuthorizationList(fields[6])
    hardware = try AuthorizationList(fields[7])
  }
}
