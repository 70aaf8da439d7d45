/// The first steps of a new installation, as long as nothing has been looked at.
struct StartText: Sendable {
  struct Step: Sendable {
    let number: String
    let title: String
    let text: String
    let action: LinkText
    let isDone: Bool
    let isNext: Bool
  }

  let steps: [Step]

  /// Nil once there is a profile, and something was looked at.
  init?(hasProfile: Bool, hasLooked: Bool, hasAttested: Bool) {
    guard !hasProfile || !hasLooked else { return nil }
    let done = [hasProfile, hasLooked, hasAttested]
    let next = done.firstIndex(of: false)
    steps = Self.words.enumerated().map { number, words in
      Step(
        number: "\(number + 1)", title: words.title, text: words.text, action: words.action, isDone: done[number],
        isNext: number == next)
    }
  }

  private static let words: [(title: String, text: String, action: LinkText)] = [
    (
      "Say what your shop is",
      "The profile says where your customers live, how you take cards and which addresses are yours. From it follows "
        + "what you owe.", LinkText(words: "Write the profile", href: "/settings")
    ),
    (
      "Let the first checks look",
      "Surety looks at every storefront that the profile names. The first looks take about ten seconds each.",
      LinkText(words: "Watch the checks", href: "/checks")
    ),
    (
      "Sign what no machine can see",
      "Audits, contracts and diagrams are shown by a document and your signature, each with an end.",
      LinkText(words: "See what can be attested", href: "/attestations")
    ),
  ]
}
