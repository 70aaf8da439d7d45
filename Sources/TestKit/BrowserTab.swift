import Foundation

/// A tab of a ``Browser``, used as a person would.
public struct BrowserTab: Sendable {
  let browser: Browser
  let session: String

  /// Goes to an address and waits until the page has loaded.
  public func open(_ url: String) async throws {
    try await afterLoad {
      let answer = try await browser.send("Page.navigate", ["url": url], session: session)
      if let error = answer.members["errorText"] as? String { throw BrowserError(what: "\(url): \(error)") }
    }
  }

  /// Does something that loads another page, and waits for it.
  public func afterLoad(_ deed: () async throws -> Void) async throws {
    // A mark on the page that is left, because the browser's word of a page that came before may be late.
    try await evaluateForEffect("window.leftByTest = true")
    try await deed()
    for _ in 0..<600 {
      let loaded = try? await evaluate("String(!window.leftByTest && document.readyState === 'complete')")
      if loaded == "true" { return }
      try await Task.sleep(for: .milliseconds(25))
    }
    let place = try await evaluate(
      "`${location.href} (${document.readyState}), the focus on ${document.activeElement?.outerHTML.slice(0, 100)}`")
    throw BrowserError(what: "no page loaded within 15 seconds at \(place)")
  }

  /// Clicks on the first element that a selector finds, and waits for the page it leads to.
  public func follow(_ selector: String) async throws {
    try await afterLoad { try await click(selector) }
  }

  /// Clicks on the first element that a selector finds, in the middle of its first line, as a mouse does.
  public func click(_ selector: String) async throws {
    let place = try await evaluate(
      """
      (() => {
        const element = document.querySelector(\(Self.quoted(selector)));
        if (!element) return "";
        element.scrollIntoView({ block: "center", behavior: "instant" });
        // The middle of a link that goes over two lines may lie beside both.
        const box = element.getClientRects()[0] ?? element.getBoundingClientRect();
        return (box.left + box.width / 2) + " " + (box.top + box.height / 2);
      })()
      """)
    let numbers = place.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 2 else { throw BrowserError(what: "there is no \(selector) to click on") }
    for type in ["mousePressed", "mouseReleased"] {
      let event: [String: Any] = ["type": type, "x": numbers[0], "y": numbers[1], "button": "left", "clickCount": 1]
      _ = try await browser.send("Input.dispatchMouseEvent", event, session: session)
    }
  }

  /// Puts the focus on an element and types, in place of what is there.
  public func type(_ text: String, into selector: String) async throws {
    let found = try await evaluate(
      """
      (() => {
        const element = document.querySelector(\(Self.quoted(selector)));
        if (!element) return "no";
        element.focus();
        if (element.select) element.select();
        return "yes";
      })()
      """)
    guard found == "yes" else { throw BrowserError(what: "there is no \(selector) to type into") }
    _ = try await browser.send("Input.insertText", ["text": text], session: session)
  }

  /// Types into whatever has the focus.
  public func type(_ text: String) async throws {
    _ = try await browser.send("Input.insertText", ["text": text], session: session)
  }

  /// Presses a key, such as `Tab` or `Enter`.
  public func press(_ key: String) async throws {
    let codes = ["Tab": 9, "Enter": 13, "Escape": 27, " ": 32]
    for type in ["keyDown", "keyUp"] {
      var event: [String: Any] = ["type": type, "key": key, "windowsVirtualKeyCode": codes[key] ?? 0]
      if type == "keyDown", let text = ["Enter": "\r", " ": " "][key] ?? (key.count == 1 ? key : nil) {
        event["text"] = text
      }
      _ = try await browser.send("Input.dispatchKeyEvent", event, session: session)
    }
  }

  /// What an expression gives, as text; a promise is waited for.
  public func evaluate(_ expression: String) async throws -> String {
    let answer = try await browser.send(
      "Runtime.evaluate", ["expression": expression, "awaitPromise": true, "returnByValue": true], session: session)
    if let details = answer.members["exceptionDetails"] as? [String: Any] {
      let exception = details["exception"] as? [String: Any]
      throw BrowserError(what: exception?["description"] as? String ?? "the script failed")
    }
    guard let result = answer.members["result"] as? [String: Any], let value = result["value"] else { return "" }
    return value as? String ?? "\(value)"
  }

  /// Runs a script for what it does; what it gives is dropped.
  public func evaluateForEffect(_ script: String) async throws { _ = try await evaluate("\(script);\n0") }

  /// Chooses a file for an input, as the file dialog does.
  public func choose(file path: String, for selector: String) async throws {
    let document = try await browser.send("DOM.getDocument", session: session)
    let root = (document.members["root"] as? [String: Any])?["nodeId"] as? Int ?? 0
    let found = try await browser.send("DOM.querySelector", ["nodeId": root, "selector": selector], session: session)
    guard let node = found.members["nodeId"] as? Int, node != 0 else {
      throw BrowserError(what: "there is no \(selector) to choose a file for")
    }
    _ = try await browser.send("DOM.setFileInputFiles", ["files": [path], "nodeId": node], session: session)
  }

  /// Waits until a page has loaded where an expression is true.
  public func wait(for expression: String, seconds: Int = 15) async throws {
    for _ in 0..<(seconds * 20) {
      // While one page follows another there may be nothing to ask.
      if (try? await evaluate("String(document.readyState === 'complete' && Boolean(\(expression)))")) == "true" {
        return
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    let place = try await evaluate("`${location.href}: ${document.body?.innerText.slice(0, 200)}`")
    throw BrowserError(what: "it did not become true within \(seconds) seconds: \(expression), at \(place)")
  }

  /// The text of the first element that a selector finds; empty where there is none.
  public func text(_ selector: String) async throws -> String {
    try await evaluate("(document.querySelector(\(Self.quoted(selector)))?.innerText ?? '')")
  }

  /// Whether a selector finds anything.
  public func has(_ selector: String) async throws -> Bool {
    try await evaluate("String(document.querySelector(\(Self.quoted(selector))) !== null)") == "true"
  }

  /// Makes the window so large, in CSS pixels.
  public func resize(width: Int, height: Int) async throws {
    let size: [String: Any] = ["width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600]
    _ = try await browser.send("Emulation.setDeviceMetricsOverride", size, session: session)
  }

  /// Plugs in an authenticator that makes passkeys and always finds its owner.
  /// - Returns: its name, for ``unplug(_:)``.
  public func plugInAuthenticator() async throws -> String {
    _ = try await browser.send("WebAuthn.enable", session: session)
    let options: [String: Any] = [
      "protocol": "ctap2", "transport": "usb", "hasResidentKey": true, "hasUserVerification": true,
      "isUserVerified": true, "automaticPresenceSimulation": true,
    ]
    let answer = try await browser.send("WebAuthn.addVirtualAuthenticator", ["options": options], session: session)
    guard let id = answer.members["authenticatorId"] as? String else {
      throw BrowserError(what: "the browser plugs in no authenticator")
    }
    return id
  }

  /// Takes an authenticator away, with its passkeys.
  public func unplug(_ authenticator: String) async throws {
    _ = try await browser.send(
      "WebAuthn.removeVirtualAuthenticator", ["authenticatorId": authenticator], session: session)
  }

  /// What the person prefers, as the system tells pages.
  public func prefer(dark: Bool) async throws {
    let feature = ["name": "prefers-color-scheme", "value": dark ? "dark" : "light"]
    _ = try await browser.send("Emulation.setEmulatedMedia", ["features": [feature]], session: session)
  }

  /// A picture of the window, or of the whole page, as PNG.
  public func picture(wholePage: Bool = false) async throws -> [UInt8] {
    let parameters: [String: Any] = ["format": "png", "captureBeyondViewport": wholePage]
    let answer = try await browser.send("Page.captureScreenshot", parameters, session: session)
    guard let text = answer.members["data"] as? String, let data = Data(base64Encoded: text) else {
      throw BrowserError(what: "the browser gave no picture")
    }
    return Array(data)
  }

  /// Text as a string of JavaScript.
  public static func quoted(_ text: String) -> String {
    let data = try? JSONSerialization.data(withJSONObject: [text])
    return data.map { String(String(decoding: $0, as: UTF8.self).dropFirst().dropLast()) } ?? "''"
  }
}
