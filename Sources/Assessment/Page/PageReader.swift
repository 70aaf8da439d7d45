/// Gathers a page's content token by token.
struct PageReader {
  private var content = PageContent()
  private let document: WebAddress
  private var base: WebAddress
  private var hasBase = false
  // The link that is open, and its words so far.
  private var link: (address: String, text: String)?
  private var form: PageContent.Form?
  private var isTitle = false

  init(base: WebAddress) {
    document = base
    self.base = base
  }

  mutating func read(_ token: HTMLTokenizer.Token) {
    switch token {
    case .text(let text): read(text)
    case .tag(let tag): tag.isEnd ? close(tag) : open(tag)
    }
  }

  mutating func finished() -> PageContent {
    endLink()
    endForm()
    return content
  }

  private mutating func read(_ text: String) {
    if isTitle { return content.title = String((content.title + text).prefix(200)) }
    if let open = link, open.text.utf8.count < 400 { link?.text += text }
    content.textLength += text.split(whereSeparator: \.isWhitespace).reduce(0) { $0 + $1.utf8.count + 1 }
    if !content.namesContact { content.namesContact = Self.namesMailAddress(text) }
  }

  /// Whether an at sign stands between letters, with a dot behind it.
  private static func namesMailAddress(_ text: String) -> Bool {
    text.split(whereSeparator: \.isWhitespace).contains { word in
      guard word.utf8.count < 200, let at = word.firstIndex(of: "@"), at > word.startIndex else { return false }
      return word[at...].dropFirst(2).contains(".")
    }
  }

  private mutating func close(_ tag: HTMLTokenizer.Tag) {
    switch tag.name {
    case "a": endLink()
    case "form": endForm()
    case "title": isTitle = false
    default: break
    }
  }

  private mutating func open(_ tag: HTMLTokenizer.Tag) {
    let attributes = tag.attributes
    switch tag.name {
    case "title": isTitle = content.title.isEmpty
    case "base": setBase(attributes["href"])
    case "meta": meta(attributes)
    case "script": add(.script, attributes["src"] ?? attributes["href"] ?? attributes["xlink:href"], attributes)
    case "link": link(attributes)
    case "iframe", "frame", "embed": add(.frame, attributes["src"], attributes)
    case "object": add(.frame, attributes["data"], attributes)
    case "img", "audio", "video", "source", "track": passive(attributes)
    case "a": beginLink(attributes)
    case "form":
      endForm()
      form = PageContent.Form(action: target(attributes["action"]))
    case "input", "button": input(attributes)
    default: break
    }
  }

  /// Browsers take the first.
  private mutating func setBase(_ reference: String?) {
    guard !hasBase, let reference, let address = document.resolving(reference) else { return }
    (base, hasBase) = (address, true)
  }

  private func target(_ reference: String?) -> String {
    guard let reference, !reference.isEmpty else { return document.text }
    return (base.resolving(reference) ?? document).text
  }

  private mutating func beginLink(_ attributes: [String: String]) {
    endLink()
    guard let href = attributes["href"] else { return }
    if ["mailto:", "tel:"].contains(where: { href.lowercased().hasPrefix($0) }) { content.namesContact = true }
    link = base.resolving(href).map {
      ($0.text, [attributes["title"], attributes["aria-label"]].compactMap { $0 }.joined(separator: " ") + " ")
    }
  }

  private mutating func input(_ attributes: [String: String]) {
    let type = attributes["type"]?.lowercased() ?? "text"
    if type == "image" { add(.passive, attributes["src"], attributes) }
    if let reference = attributes["formaction"], content.forms.count < PageContent.most {
      content.forms.append(PageContent.Form(action: target(reference)))
    }
    let isFactor = SecondFactorInput.isOne(type: type, attributes)
    guard type == "password" || isFactor else { return }
    if form == nil { form = PageContent.Form(action: document.text) }
    if isFactor { form?.hasSecondFactor = true } else { form?.hasPassword = true }
  }

  private mutating func meta(_ attributes: [String: String]) {
    if attributes["name"]?.lowercased() == "generator" {
      content.generator = attributes["content"].map { String($0.prefix(200)) }
    }
    if attributes["http-equiv"]?.lowercased() == "content-security-policy", let policy = attributes["content"],
      content.policies.count < 16
    {
      content.policies.append(String(policy.prefix(PageSighting.longestValue)))
      if policy.count > PageSighting.longestValue { content.policyIsCut = true }
    }
    if attributes["name"]?.lowercased() == "referrer", let policy = attributes["content"] {
      content.referrerPolicy = String(policy.trimmed.lowercased().prefix(100))
    }
  }

  private mutating func link(_ attributes: [String: String]) {
    let relations = (attributes["rel"] ?? "").lowercased().split(whereSeparator: \.isWhitespace)
    if relations.contains("stylesheet") { add(.style, attributes["href"], attributes) }
    let isScript = relations.contains("preload") && attributes["as"]?.lowercased() == "script"
    if isScript || relations.contains("modulepreload") { add(.preload, attributes["href"], attributes) }
  }

  private mutating func passive(_ attributes: [String: String]) {
    add(.passive, attributes["src"], attributes)
    add(.passive, attributes["poster"], attributes)
    for candidate in (attributes["srcset"] ?? "").split(separator: ",").prefix(20) {
      add(.passive, candidate.split(whereSeparator: \.isWhitespace).first.map { String($0) }, attributes)
    }
  }

  private mutating func add(_ kind: PageContent.Resource.Kind, _ reference: String?, _ attributes: [String: String]) {
    guard let reference, let address = base.resolving(reference) else { return }
    guard content.resources.count < PageContent.most else { return content.isPartial = true }
    // What browsers do not know they pass over (Subresource Integrity, section 3.2).
    let hashes = (attributes["integrity"] ?? "").split(whereSeparator: \.isWhitespace)
    let isPinned = hashes.contains { hash in
      ["sha256-", "sha384-", "sha512-"].contains { hash.hasPrefix($0) && hash.count > $0.count }
    }
    content.resources.append(PageContent.Resource(kind: kind, address: address.text, integrity: isPinned))
  }

  private mutating func endLink() {
    defer { link = nil }
    guard let link else { return }
    guard content.links.count < PageContent.most else { return content.isPartial = true }
    let words = link.text.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    content.links.append(PageContent.Link(address: link.address, text: String(words.prefix(200))))
  }

  private mutating func endForm() {
    defer { form = nil }
    guard let form else { return }
    guard content.forms.count < PageContent.most else { return content.isPartial = true }
    content.forms.append(form)
  }
}

/// A field for the second factor of a sign-in, told by its names.
enum SecondFactorInput {
  static func isOne(type: String, _ attributes: [String: String]) -> Bool {
    guard ["text", "tel", "number", "password"].contains(type) else { return false }
    if attributes["autocomplete"]?.lowercased().contains("one-time-code") == true { return true }
    let name = [attributes["name"], attributes["id"]].compactMap { $0 }.joined(separator: " ").prefix(200).lowercased()
    let others = ["captcha", "coupon", "country", "postal", "zip", "discount", "voucher"]
    guard !others.contains(where: { name.contains($0) }) else { return false }
    let words = name.split { !$0.isLetter && !$0.isNumber }
    let compact = words.joined()
    // Shops ask for many codes; one that nothing else marks is a factor where it takes a few digits.
    let isShort = (attributes["maxlength"].flatMap { Int($0) }).map { (4...8).contains($0) } ?? false
    let isDigits = type == "tel" || type == "number" || attributes["inputmode"]?.lowercased() == "numeric" || isShort
    return words.contains { ["otp", "mfa", "tfa"].contains($0) || isDigits && ["code", "pin"].contains($0) }
      || ["totp", "2fa", "onetime", "twofactor", "otpcode", "authcode", "securitycode", "verificationcode", "passcode"]
        .contains { compact.contains($0) }
  }
}
