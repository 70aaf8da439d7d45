/// What a page loads, links to and asks for.
struct PageContent: Codable, Sendable {
  /// Something that the page loads: a script, a style sheet, an image.
  struct Resource: Codable, Hashable, Sendable {
    enum Kind: String, Codable, Sendable {
      case script, style, frame, passive
      /// A script that is fetched in advance.
      case preload
    }

    let kind: Kind
    /// The whole address.
    var address: String
    let integrity: Bool
  }

  struct Form: Codable, Hashable, Sendable {
    var action: String
    var hasPassword = false
    /// Whether it asks for a second factor beside a password.
    var hasSecondFactor = false
  }

  struct Link: Codable, Hashable, Sendable {
    let address: String
    /// In lower case, 200 characters at most.
    let text: String
  }

  var title = ""
  /// What the page says made it.
  var generator: String?
  /// Policies in `meta` elements.
  var policies: [String] = []
  /// Whether one of them was longer than what is kept; nil where none was.
  var policyIsCut: Bool?
  /// The referrer policy of the last `meta` element that names one, in lower case.
  var referrerPolicy: String?
  var resources: [Resource] = []
  var forms: [Form] = []
  var links: [Link] = []
  /// How much text there is to read, in bytes.
  var textLength = 0
  /// Whether an e-mail address or a telephone number is named.
  var namesContact = false
  /// Whether something was left out because there was too much.
  var isPartial = false

  /// So many of each kind are kept.
  static let most = 400

  /// Reads a page; nil where an answer is empty or not text.
  init?(_ exchange: Exchange) {
    guard !exchange.body.isEmpty, !exchange.body.prefix(4_096).contains(0), !exchange.body.starts(with: [0x1F, 0x8B])
    else { return nil }
    self.init(exchange.body, at: exchange.address)
  }

  /// Reads a page.
  init(_ bytes: [UInt8], at address: WebAddress) {
    var reader = PageReader(base: address)
    var tokenizer = HTMLTokenizer(bytes)
    while let token = tokenizer.next() { reader.read(token) }
    self = reader.finished()
  }

  init() {}

  /// So long may an address be to be stored whole, in bytes.
  private static let longestStored = 1_000

  /// Without what is not judged and without what may be secret.
  var stored: PageContent {
    var content = self
    content.links = []
    for index in resources.indices { content.resources[index].address = Self.stored(resources[index].address) }
    for index in forms.indices { content.forms[index].action = Self.stored(forms[index].action) }
    return content
  }

  private static func stored(_ address: String) -> String {
    String(((try? WebAddress(address).withoutQuery.text) ?? "").prefix(longestStored))
  }
}
