import Access
import ArgumentParser
import Assessment
import Console
import Foundation
import Journal
import Obligations
import Primitives
import ServiceLifecycle
import Shop
import Synchronization

/// A shop with weaknesses and Surety together on one machine, to try it on.
struct Demonstration: Sendable {
  let installation: Installation
  let serving: Serving
  let weaknesses: Set<Weakness>
  /// 0 for any that is free.
  let httpsPort: Int
  let httpPort: Int

  func run() async throws {
    let access = try await prepareAccess()
    let shopDirectory = "\(installation.directory)/shop"
    try FileManager.default.createDirectory(atPath: shopDirectory, withIntermediateDirectories: true)
    let (ports, continuation) = AsyncStream.makeStream(of: Shop.Ports.self)
    let shop = try Shop(
      Shop.Configuration(
        directory: shopDirectory, httpsPort: httpsPort, httpPort: httpPort, weaknesses: weaknesses),
      logger: serving.logger
    ) { continuation.yield($0) }
    let authority = try String(contentsOfFile: "\(shopDirectory)/authority.pem", encoding: .utf8)
    let assessment = try Assessment(reach: Reach(.anywhere), trusting: authority, guarded: serving.guarded)
    try await installation.withLedger { ledger in
      try await DemoCustomers.store(in: installation.vault(over: ledger, try installation.root(serving.root)))
      let registered = RegisterBox()
      let key = ledger.keyring.verifierKeys.map { "\($0)" }.joined(separator: "\n                       ")
      let guide = DemoGuide(ports: ports, weaknesses: weaknesses, access: access, key: key, register: registered)
      try await serving.run(
        installation, ledger, assessment: assessment, isDemo: true, onSignInPage: access.say, beside: [shop, guide]
      ) { registered.put($0) }
    }
  }

  /// Makes the installation the first time, and remembers how to sign in, which only a demonstration may.
  private func prepareAccess() async throws -> DemoAccess {
    let path = "\(installation.directory)/sign-in.json"
    if let data = FileManager.default.contents(atPath: path), let known = DemoAccess(Array(data)) { return known }
    let password = GeneratedPassword.make()
    let made = try await installation.make(
      origin: "demo.surety.example/ledger", owner: ("demo", password), remembering: nil)
    guard let enrolment = made.enrolment else { throw ValidationError("the demonstration has no owner") }
    let access = DemoAccess(name: enrolment.name, password: password, secret: enrolment.oneTimePassword)
    guard
      FileManager.default.createFile(
        atPath: path, contents: Data(access.bytes), attributes: [.posixPermissions: 0o600])
    else { throw ValidationError("cannot write \(path)") }
    return access
  }
}

/// How to sign in to the demonstration.
struct DemoAccess: Sendable {
  let name: String
  let password: String
  let secret: OneTimePassword

  init(name: String, password: String, secret: OneTimePassword) {
    (self.name, self.password, self.secret) = (name, password, secret)
  }

  /// Reads what ``bytes`` writes.
  init?(_ bytes: [UInt8]) {
    guard let json = JSON(parsing: bytes), let name = json["name"]?.text, let password = json["password"]?.text,
      let secret = json["secret"]?.text.flatMap({ OneTimePassword(base32: $0) })
    else { return nil }
    self.init(name: name, password: password, secret: secret)
  }

  var bytes: [UInt8] {
    JSON.object([
      "name": .string(name), "password": .string(password), "secret": .string(secret.base32),
    ]).canonicalBytes
  }

  /// The present code; good for half a minute and a little more.
  var code: String { secret.code(at: Surroundings.system.now()) }

  /// Says the present code on the terminal.
  @Sendable func say() { Terminal.say("sign-in code now: \(code)   (name \(name), password \(password))") }
}

/// Once the shop listens: puts its profile in force, and tells the person where to look.
private struct DemoGuide: Service {
  let ports: AsyncStream<Shop.Ports>
  let weaknesses: Set<Weakness>
  let access: DemoAccess
  /// Of the ledger.
  let key: String
  let register: RegisterBox

  func run() async throws {
    for await ports in ports.cancelOnGracefulShutdown() {
      guard let register = register.get() else { return }
      try await register.setProfile(DemoProfile.yaml(for: ports), by: .operator)
      // What was seen when it ran before says nothing of the weaknesses that are switched on now.
      let now = Surroundings.system.now()
      for look in try await register.plannedLooks() where look.next > now && !look.isUnderWay {
        try await register.requestLook(look.check, at: look.target, by: .operator)
      }
      Terminal.say(
        """

        The demonstration runs. Everything in it is made up.
          the shop     https://localhost:\(ports.https)/   with \(weaknesses.count) weaknesses switched on
          sign in as   \(access.name)
          password     \(access.password)
          code         \(access.code), or from an authenticator app with the secret \(access.secret.base32);
                       a new one is printed here whenever the sign-in page is opened
          ledger key   \(key)
                       paste it where the console verifies an entry
        The browser asks once about each certificate, because no authority vouches for this machine.
        Stop with control-C.

        """)
    }
  }
}

/// Hands the register from where it is made to who waits for it.
private final class RegisterBox: Sendable {
  private let stored = Mutex<ObligationRegister?>(nil)

  func put(_ register: ObligationRegister) { stored.withLock { $0 = register } }

  func get() -> ObligationRegister? { stored.withLock { $0 } }
}
