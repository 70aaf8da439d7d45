import Testing

@testable import Access

/// Reading what authenticators write.
@Suite struct CBORTests {
  @Test func `reads the values that WebAuthn uses`() throws {
    let bytes: [UInt8] = [
      0xa3, 0x01, 0x20, 0x61, 0x61, 0x82, 0xf5, 0xf6, 0x63, 0x61, 0x62, 0x63, 0x42, 0x01, 0x02,
    ]
    let value = try CBOR(parsing: bytes)
    #expect(value[1]?.integer == -1)
    #expect(value["a"]?.array == [.bool(true), .null])
    #expect(value["abc"]?.bytes == [1, 2])
  }

  @Test(arguments: [
    ([0x41] as [UInt8], CBOR.Malformed.ends), ([0x01, 0x01], .trailing(bytes: 1)), ([0x18, 0x17], .notShortest),
    ([0x19, 0x00, 0xff], .notShortest), ([0xa2, 0x01, 0x01, 0x01, 0x02], .repeatedKey), ([0x61, 0xff], .notUTF8),
    ([0x9f, 0xff], .unsupported(initialByte: 0x9f)), ([0xc0, 0x01], .unsupported(initialByte: 0xc0)),
    ([0xf9, 0, 0], .unsupported(initialByte: 0xf9)), ([0x9b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], .ends),
    ([UInt8](repeating: 0x81, count: 9) + [0], .tooDeep), ([], .ends),
  ])
  func `refuses what is no such value`(_ bytes: [UInt8], _ reason: CBOR.Malformed) {
    #expect(throws: reason) { try CBOR(parsing: bytes) }
  }
}
