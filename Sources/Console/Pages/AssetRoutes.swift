import Crypto
import Hummingbird
import NIOCore
import Primitives

/// The style sheet, the scripts and the icons: the same for everybody, so anybody may have them.
struct AssetRoutes {
  func add(to routes: Routes) {
    for asset in ConsoleResources.assets {
      routes.on(RouterPath("assets/\(asset.name)"), .get, for: .anybody) { request, _ in
        // An address that does not change with the contents is asked for again each time.
        let caching = request.uri.query == nil ? "no-cache" : "public, max-age=31536000, immutable"
        return Response(
          status: .ok, headers: [.contentType: asset.type, .cacheControl: caching],
          body: ResponseBody(byteBuffer: ByteBuffer(bytes: asset.bytes)))
      }
    }
  }
}

/// Where a page finds them. The address changes with the contents, so that browsers may keep them for ever.
struct AssetAddresses: Sendable {
  let css: String
  let js: String
  let live: String
  let passkey: String
  let verify: String
  let icons: String

  init() {
    func address(_ name: String) -> String {
      let bytes = ConsoleResources.assets.first { $0.name == name }?.bytes ?? []
      return "/assets/\(name)?v=\(Hexadecimal.encode(SHA256.hash(data: bytes)).prefix(12))"
    }
    (css, js, live) = (address("surety.css"), address("surety.js"), address("live.js"))
    (passkey, verify, icons) = (address("passkey.js"), address("verify.js"), address("icons.svg"))
  }
}
