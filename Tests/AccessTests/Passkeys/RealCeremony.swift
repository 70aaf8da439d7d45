import Primitives
import SwiftASN1
import TestKit
import Testing
import X509

@testable import Access

/// A ceremony of a real authenticator, from `Vectors/ceremonies.json`.
struct RealCeremony: CustomTestStringConvertible, Sendable {
  let name: String
  let format: String
  let party: RelyingParty
  let challenge: [UInt8]
  private let json: JSON

  var testDescription: String { "\(format): \(name)" }

  static let registrations = ceremonies("registrations")
  static let authentications = ceremonies("authentications")

  /// One of each format.
  static let oneOfEach = Dictionary(grouping: registrations, by: \.format).compactMap { $0.value.last }
    .sorted { $0.format < $1.format }

  private static func ceremonies(_ kind: String) -> [RealCeremony] {
    guard case .array(let found)? = JSON(parsing: PackageResources.ceremonies_json)?[kind] else { return [] }
    return found.compactMap { json in
      guard let name = json["name"]?.text, let id = json["relyingParty"]?.text, let origin = json["origin"]?.text,
        let challenge = json["challenge"]?.text.flatMap(decode)
      else { return nil }
      return RealCeremony(
        name: name, format: json["format"]?.text ?? "", party: RelyingParty(id: id, name: "", origins: [origin]),
        challenge: challenge, json: json)
    }
  }

  func bytes(_ name: String) -> [UInt8] { json[name]?.text.flatMap(Self.decode) ?? [] }

  /// Some are written in base64, some in base64url.
  private static func decode(_ text: String) -> [UInt8]? {
    Base64.decodeURL(
      text.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: ""))
  }

  /// What the browser sent.
  var registration: PasskeyRegistration {
    PasskeyRegistration(clientData: bytes("clientDataJSON"), attestationObject: bytes("attestationObject"))
  }

  var assertion: PasskeyAssertion {
    PasskeyAssertion(
      credentialID: bytes("id"), clientData: bytes("clientDataJSON"), authenticatorData: bytes("authenticatorData"),
      signature: bytes("signature"))
  }

  /// What is known of the passkey beforehand.
  var stored: PasskeyAssertion.Stored {
    get throws {
      let flags = AuthenticatorData.Flags(rawValue: bytes("authenticatorData")[32])
      guard case .integer(let count)? = json["signCount"] else { throw TestSetupError(description: "no count") }
      return PasskeyAssertion.Stored(
        id: bytes("id"), publicKey: try COSEKey(parsing: bytes("publicKey")), signCount: UInt32(max(0, count - 1)),
        isBackupEligible: flags.contains(.backupEligible), userHandle: [1])
    }
  }

  /// The certificates that came with it, the authenticator's first.
  var chain: [Certificate] {
    get throws {
      let object = try CBOR(parsing: bytes("attestationObject"))
      return try (object["attStmt"]?["x5c"]?.array ?? []).map { try Certificate(derEncoded: $0.bytes ?? []) }
    }
  }

  /// What must be shown, with the authenticator's own certificate as what is trusted.
  var demand: PasskeyRegistration.Demand {
    get throws {
      PasskeyRegistration.Demand(
        verification: false,
        attestation: AttestationTrust(roots: try chain.prefix(1).map { $0 }, takesSelfAttestation: true))
    }
  }
}
