import Primitives
import TestKit
import Testing

@testable import Vault

@Suite struct `Tokens stand for values` {
  static let card = "4111111111111111"

  @Test(arguments: Backend.allCases)
  func `A token gives its value for a purpose, a card masked but to whoever may see it`(_ backend: Backend) async throws
  {
    try await TestVault.with(backend) { test in
      let pay = try test.caller("essential.service.payment_processing")
      let receipt = try await test.vault.add(
        [[NewRecord(collection: "cards", fields: ["number": .string(Self.card), "holder": "Ada"])]], by: pay)[0]
      let token = try #require(receipt.records[0].tokens["number"])
      #expect(token.hasPrefix("9") && token.hasSuffix("1111") && token.utf8.count == 16)
      let masked = try await test.vault.detokenise([token, "unknown"], by: pay)
      #expect(masked.map(\.value) == ["411111******1111"])
      let whole = try await test.vault.detokenise(
        [token], by: test.caller("essential.service.payment_processing", seesMasked: true))
      #expect(whole.map(\.value) == [.string(Self.card)])
      await #expect(throws: VaultError.self) { try await test.vault.detokenise([token], by: test.caller()) }
      let read = try await test.vault.read(receipt.subject, by: pay)
      #expect(read[0].fields["number"] == "411111******1111")
      #expect(read[0].masked == ["number"])
      // A field without one in the map gets one of the format that is asked for, once.
      let made = try await test.vault.tokenise(
        "holder", of: receipt.records[0].id, in: "cards", of: receipt.subject, as: .uuid, by: pay)
      let again = try await test.vault.tokenise(
        "holder", of: receipt.records[0].id, in: "cards", of: receipt.subject, as: .uuid, by: pay)
      #expect(made == again && made.utf8.count == 36)
    }
  }

  @Test func `Nothing takes a token for a card, and each has its format`() throws {
    var generator = SeededGenerator(for: "tokens")
    for _ in 0..<20_000 {
      let last = Int.random(in: 0...9_999, using: &generator)
      let value = "411111111111\(String(repeating: "0", count: 4 - String(last).count))\(last)"
      for format in [TokenFormat.card, .cardLastFour] {
        let token = format.random(for: value, in: .system)
        #expect(token.utf8.count == 16 && token.hasPrefix("9") && token.utf8.allSatisfy(\.isDigit))
        #expect(CardNumber(token) == nil && !CardNumber.isSaid(in: token))
        if format == .cardLastFour { #expect(token.suffix(4) == value.suffix(4)) }
      }
    }
    #expect(EmailAddress.isUsable(TokenFormat.email.random(for: "", in: .system)))
    #expect(PhoneNumber.normal(TokenFormat.phone.random(for: "", in: .system))?.utf8.count == 16)
    let digits = TokenFormat.digits.random(for: "", in: .system)
    #expect(Int64(digits) != nil && digits.utf8.count == 18 && !digits.hasPrefix("0"))
    let uuid = TokenFormat.uuid.random(for: "", in: .system)
    #expect(uuid.split(separator: "-").map(\.count) == [8, 4, 4, 4, 12])
    #expect(Set((0..<2_000).map { _ in TokenFormat.text.random(for: "", in: .system) }).count == 2_000)
  }

  @Test func `The same value gets the same token only where the map asks for it`() async throws {
    let yaml = try TestVault.exampleMap().replacing(
      "surety_meta: {type: phone, search: exact, token: phone}",
      with: "surety_meta: {type: phone, search: exact, token: phone, deterministic: true}")
    try await TestVault.with(map: yaml) { test in
      func customer(_ number: Int, phone: String) -> [NewRecord] {
        [
          NewRecord(
            collection: "profile", fields: ["email": .string("c\(number)@example.com"), "phone": .string(phone)])
        ]
      }
      let receipts = try await test.vault.add(
        [customer(1, phone: "+49 30 1234567"), customer(2, phone: "0049301234567"), customer(3, phone: "+4930999999")],
        by: test.caller())
      let tokens = receipts.map { $0.records[0].tokens }
      #expect(tokens[0]["phone"] == tokens[1]["phone"])
      #expect(tokens[0]["phone"] != tokens[2]["phone"])
      #expect(Set(tokens.compactMap { $0["email"] }).count == 3)
      let values = try await test.vault.detokenise([tokens[0]["phone"] ?? ""], by: test.caller())
      #expect(Set(values.map(\.subject)) == [receipts[0].subject, receipts[1].subject])
    }
  }

  @Test(arguments: [
    ("cvv 123", true), ("CVC: 1234", true), ("my cvv2=999 ok", true), ("cvc123", true), ("CID - 123", true),
    ("cvv", false), ("cvc 12", false), ("cvc 12345", false), ("acid 123", false), ("civic 123", false),
    ("room 123", false), ("x cvc 123", true), ("Cvn#1234.", true), ("mycvc 123", false), ("cvc 1 cvc 123", true),
    ("cvc123x", false), ("éacvc 123", false), ("cv 123", false), ("sc cs cvc.. 123", true),
    ("cvs 123", false), ("", false), ("cvv.................123", false),
  ])
  func `A verification code is noticed in free text`(_ text: String, _ isSaid: Bool) {
    #expect(VerificationCode.isSaid(in: text) == isSaid)
  }

  @Test(arguments: [
    ("4111111111111111", true), ("pay with 4111 1111 1111 1111 please", true), ("5555-5555-5555-4444", true),
    ("378282246310005", true), ("4111111111111112", false), ("order 1234567890123452", false),
    ("+49 30 1234567", false),
    ("", false), ("41111111111111111111111111", false),
  ])
  func `A card number is noticed in free text`(_ text: String, _ isSaid: Bool) {
    #expect(CardNumber.isSaid(in: text) == isSaid)
  }

  @Test(arguments: [
    ("+49 30 1234567", "+49301234567"), ("0049301234567", "+49301234567"), ("(+1) 212-555.0100", "+12125550100"),
    ("+1 (212) 555-0100", "+12125550100"), ("030 1234567", nil), ("+0301234567", nil), ("+49", nil),
    ("+49a1234567", nil),
  ])
  func `Phone numbers are compared as E.164`(_ text: String, _ normal: String?) {
    #expect(PhoneNumber.normal(text) == normal)
  }
}
