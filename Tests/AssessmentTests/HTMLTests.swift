import Obligations
import Testing

@testable import Assessment

@Suite struct `Pages` {
  private func content(_ html: String, at address: String = "https://shop.test/a/") throws -> PageContent {
    PageContent(Array(html.utf8), at: try WebAddress(address))
  }

  private func tokens(_ html: String) -> [HTMLTokenizer.Token] {
    var tokenizer = HTMLTokenizer(Array(html.utf8))
    var tokens: [HTMLTokenizer.Token] = []
    while let token = tokenizer.next() { tokens.append(token) }
    return tokens
  }

  private func tag(_ name: String, _ attributes: [String: String] = [:], isEnd: Bool = false) -> HTMLTokenizer.Token {
    .tag(HTMLTokenizer.Tag(name: name, isEnd: isEnd, attributes: attributes))
  }

  @Test func `tags are read as browsers read them`() {
    #expect(tokens("<A HREF=x>y</A >") == [tag("a", ["href": "x"]), .text("y"), tag("a", isEnd: true)])
    #expect(tokens("<a b='1' c=\"2\" d = 3 e>") == [tag("a", ["b": "1", "c": "2", "d": "3", "e": ""])])
    #expect(tokens("<a b=1 B=2>") == [tag("a", ["b": "1"])])
    #expect(tokens("<br/><img src=a/>") == [tag("br"), tag("img", ["src": "a/"])])
    #expect(tokens("<a b=\"x>y\">") == [tag("a", ["b": "x>y"])])
    #expect(tokens("<a =b>") == [tag("a", ["=b": ""])])
  }

  @Test func `what is no tag is text`() {
    #expect(tokens("a < b") == [.text("a "), .text("< b")])
    #expect(tokens("</>x") == [.text("</>x")])
    #expect(tokens("<a href=x").isEmpty)
    #expect(tokens("<").count == 1)
  }

  @Test func `comments and declarations are passed over`() {
    #expect(
      tokens("<!doctype html><!-- <a> -->x<!-->y<!--->z<?php <b> ?>").compactMap {
        if case .text(let text) = $0 { text } else { nil }
      }
        == ["x", "y", "z", " ?>"])
    #expect(tokens("<!-- never ends <a>").isEmpty)
  }

  @Test func `scripts are not looked into`() {
    #expect(
      tokens("<script>if (a<b) '<img src=x>'</script><b>") == [tag("script"), tag("script", isEnd: true), tag("b")])
    #expect(tokens("<script></scripty></SCRIPT >") == [tag("script"), tag("script", isEnd: true)])
    #expect(tokens("<title>a<b>&amp;</title>") == [tag("title"), .text("a<b>&"), tag("title", isEnd: true)])
    #expect(tokens("<textarea><img src=x></textarea>") == [tag("textarea"), tag("textarea", isEnd: true)])
  }

  @Test func `a page of a million declarations does not overflow the stack`() {
    #expect(tokens(String(repeating: "<!>", count: 100_000)).isEmpty)
    #expect(tokens(String(repeating: "<script></script>", count: 20_000)).count == 40_000)
    #expect(tokens(String(repeating: "<", count: 50_000)).count == 50_000)
  }

  @Test func `character references are replaced`() throws {
    #expect(HTMLEntities.decoded(Array("a&amp;b&#65;&#x42;&auml;&unknown;&".utf8)[...]) == "a&bABä&unknown;&")
    #expect(
      HTMLEntities.decoded(Array("&#xD800;&#x110000;&#99999999999;&#;&#x;".utf8)[...])
        == "&#xD800;&#x110000;&#99999999999;&#;&#x;")
    #expect(
      try content("<script src='https&colon;//cdn.test&sol;a.js'></script>").resources.first?.address
        == "https://cdn.test/a.js")
  }

  @Test func `everything that a page loads is found`() throws {
    let page = try content(
      """
      <link rel="stylesheet preload" href=s.css><link rel=icon href=i.png><script src=/j.js></script><script>x</script>
      <img src=i.png srcset="b.png 2x, http://c.test/c.png 3x"><iframe src=//f.test/></iframe><object data=o></object>
      <embed src=e><video poster=p.png><source src=v></video><input type=image src=n.png><img src=data:image/png,x>
      """)
    let found = page.resources.map { "\($0.kind) \($0.address)" }
    #expect(
      found == [
        "style https://shop.test/a/s.css", "script https://shop.test/j.js", "passive https://shop.test/a/i.png",
        "passive https://shop.test/a/b.png", "passive http://c.test/c.png", "frame https://f.test/",
        "frame https://shop.test/a/o", "frame https://shop.test/a/e", "passive https://shop.test/a/p.png",
        "passive https://shop.test/a/v", "passive https://shop.test/a/n.png",
      ])
  }

  @Test func `the first base counts`() throws {
    let page = try content(
      "<base><base href=https://b.test/x/><base href=https://c.test/><script src=j></script><form action=''>")
    #expect(page.resources.first?.address == "https://b.test/x/j")
    #expect(page.forms.first?.action == "https://shop.test/a/")
  }

  @Test func `only a hash that browsers know pins a script`() throws {
    let page = try content(
      "<script src=a integrity='md5-x sha384-abc'></script><script src=b integrity=md5-x></script>"
        + "<script src=c integrity=sha256-></script>"
    )
    #expect(page.resources.map(\.integrity) == [true, false, false])
  }

  @Test func `forms and what they ask for are found`() throws {
    let page = try content(
      "<form action=/in><input type=PASSWORD><input name=otp></form><form><input name=q></form>"
        + "<input type=password><button formaction=http://x.test/>"
    )
    #expect(
      page.forms.map(\.action) == [
        "https://shop.test/in", "https://shop.test/a/", "http://x.test/", "https://shop.test/a/",
      ])
    #expect(page.forms.map(\.hasPassword) == [true, false, false, true])
    #expect(page.forms.map(\.hasSecondFactor) == [true, false, false, false])
  }

  @Test(arguments: [
    ("name=otp", true), ("name=totp_code", true), ("id=one-time-code", true), ("autocomplete=one-time-code", true),
    ("name=twoFactorToken", true), ("name=code inputmode=numeric", true), ("name=code maxlength=6", true),
    ("name=2fa", true), ("name=mfa-code type=tel", true),
    ("name=code", false), ("name=code maxlength=40", false), ("name=captcha_code", false), ("name=coupon_code", false),
    ("name=zipcode", false), ("name=footprint", false),
    ("name=user", false), ("type=hidden name=otp", false), ("type=checkbox name=code", false),
  ])
  func `a field for a second factor is told by its names`(input: String, expected: Bool) throws {
    let page = try content("<form><input type=password><input \(input)></form>")
    #expect(page.forms.first?.hasSecondFactor == expected)
  }

  @Test func `links have their words`() throws {
    let page = try content(
      "<a href=/p title='Data'> Privacy <b>notice</b>\n</a><a href=mailto:x@y.test>write</a><a name=x>y</a>")
    #expect(page.links == [PageContent.Link(address: "https://shop.test/p", text: "data privacy notice")])
    #expect(page.namesContact)
  }

  @Test func `what is not text is no page`() throws {
    let address = try WebAddress("https://shop.test/")
    for body in [[], [0x1F, 0x8B, 8], [0xFE, 0xFF, 0, 0x3C], Array("<p>\0".utf8)] as [[UInt8]] {
      #expect(PageContent(Exchange(address: address, status: 200, headers: [], body: body, isCutOff: false)) == nil)
    }
  }

  @Test func `bytes that are not UTF-8 are some page all the same`() throws {
    let page = PageContent(
      Array("<title>".utf8) + [0xFF, 0xC3] + Array("</title><script src=/".utf8) + [0xFF] + Array("></script>".utf8),
      at: try WebAddress("https://shop.test/"))
    #expect(page.title == "\u{FFFD}\u{FFFD}")
    #expect(page.resources.count == 1)
  }

  @Test func `a page with too much in it says that it is partial`() throws {
    let page = try content(String(repeating: "<script src=/j></script><form></form><a href=/>x</a>", count: 1_000))
    #expect(page.isPartial)
    #expect((page.resources.count, page.forms.count, page.links.count) == (400, 400, 400))
  }

  // MARK: What it means

  private func page(_ html: String, at address: String = "https://shop.test/") throws -> PageSighting {
    try .sample(at: address, body: html)
  }

  @Test(arguments: [
    ("<p>x", []), ("<script src=http://c.test/a.js></script>", ["mixed-active-content"]),
    ("<img src=http://c.test/a.png>", ["mixed-passive-content"]),
    ("<form action=http://shop.test/buy>", ["form-insecure"]),
    ("<iframe src=http://c.test/>", ["mixed-active-content"]),
    ("<link rel=stylesheet href=http://c.test/>", ["mixed-active-content"]),
    ("<img src=//c.test/a.png><a href=http://c.test/>x</a>", []),
  ])
  func `content over http is found on a page over https`(html: String, codes: [String]) throws {
    #expect(PageJudgement.mixedContent(try page(html)).codes == codes)
  }

  @Test func `a password that is sent over http is found on any page`() throws {
    #expect(
      PageJudgement.mixedContent(try page("<form><input type=password></form>", at: "http://shop.test/")).codes == [
        "form-insecure"
      ])
    #expect(
      PageJudgement.mixedContent(try page("<form></form><img src=http://x.test/>", at: "http://shop.test/")).codes == []
    )
  }

  @Test func `scripts of other hosts have to be pinned`() throws {
    let pinned = "<script src=https://cdn.test/a.js integrity=sha384-x></script><script src=/own.js></script>"
    #expect(PageJudgement.integrity(try page(pinned)).outcome == .satisfied)
    let loose =
      pinned + "<script src=https://cdn.test/b.js?key=1></script><script src=https://cdn.test/b.js?key=2></script>"
    #expect(PageJudgement.integrity(try page(loose)).codes == ["script-without-integrity"])
    for link in [
      "<link rel=modulepreload href=https://cdn.test/m.js>", "<link rel=preload as=script href=https://cdn.test/m.js>",
    ] {
      #expect(PageJudgement.integrity(try page(link)).codes == ["script-without-integrity"])
      // What is fetched in advance and pinned where it is run does no harm, and is counted once where it does.
      let run = "<script src=https://cdn.test/m.js"
      #expect(PageJudgement.integrity(try page("\(link)\(run) integrity=sha384-x></script>")).codes == [])
      #expect(PageJudgement.integrity(try page("\(link)\(run)></script>")).codes == ["script-without-integrity"])
      #expect(
        PageJudgement.mixedContent(try page(link.replacing("https:", with: "http:"))).codes == ["mixed-active-content"])
    }
    #expect(PageJudgement.integrity(try page("<link rel=preload as=font href=https://cdn.test/f>")).codes == [])
    let style = "<link rel=stylesheet href=https://cdn.test/a.css"
    #expect(PageJudgement.integrity(try page("\(style)>")).codes == ["style-without-integrity"])
    #expect(PageJudgement.integrity(try page("\(style)>")).outcome == .satisfied)
    #expect(PageJudgement.integrity(try page("\(style) integrity=sha384-x>")).codes == [])
  }

  @Test func `what is not a page or not whole is never in order`() throws {
    let picture = try PageSighting.sample([("Content-Type", "image/png")], body: "x")
    #expect(PageJudgement.mixedContent(picture).outcome == .couldNotCheck)
    #expect(PageJudgement.integrity(picture).outcome == .couldNotCheck)
    let long = try page(String(repeating: "<script src=/j></script>", count: 500))
    #expect(PageJudgement.mixedContent(long).outcome == .couldNotCheck)
  }
}
