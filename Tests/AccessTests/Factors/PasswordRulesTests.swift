import Testing

@testable import Access

@Suite struct `Rules for passwords` {
  private static let rules = PasswordRules()

  @Test(arguments: [
    "correct horse battery", "пароль из слов", "🐢🦊🐸🦉🐝🦋🐌🐞🕷🦂🐙🦑", "aB3$aB3$xyzq", "no rules of composition",
    String(repeating: "long words ", count: 90),
  ]) func `take what is long and not easy to guess`(_ password: String) throws {
    try Self.rules.expect(password, for: "ada")
  }

  @Test(arguments: [
    "", "short", "eleven char", String(repeating: "long ", count: 300), "aaaaaaaaaaaaaaaa", "abababababab",
    "abcdefghijkl", "lkjihgfedcba", "123456789012", "my-name-is-ada", "surety surety", "1qaz2wsx3edc", "QWERTY123456",
    "password1234", "!!password!!", "passwordpassword", "dragondragon", "sunshine2026!",
  ]) func `refuse what others guess first`(_ password: String) {
    #expect {
      try Self.rules.expect(password, for: "ada")
    } throws: { error in
      if case AccessError.weakPassword = error { true } else { false }
    }
  }
}
