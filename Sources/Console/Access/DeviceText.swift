import Access

/// A browser in the words of whoever uses it, such as "Firefox on Linux", from what it calls itself.
enum DeviceText {
  // In this order, because most browsers name others besides themselves.
  private static let browsers = [
    ("Edg/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("HeadlessChrome/", "Chromium"), ("Chromium/", "Chromium"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
  ]

  private static let systems = [
    ("Android", "Android"), ("iPhone", "an iPhone"), ("iPad", "an iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
  ]

  static func words(_ device: Device) -> String {
    let browser = browsers.first { device.agent.contains($0.0) }?.1
    let system = systems.first { device.agent.contains($0.0) }?.1
    switch (browser, system) {
    case (let browser?, let system?): return "\(browser) on \(system)"
    case (let browser?, nil): return browser
    case (nil, let system?): return "A program on \(system)"
    case (nil, nil): return "A program"
    }
  }
}
