// swift-tools-version: 6.2
import PackageDescription

/// The same strict settings for every target of the house; see docs/architecture.md for the floors.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let certificates: [Target.Dependency] = [
  .product(name: "X509", package: "swift-certificates"), .product(name: "SwiftASN1", package: "swift-asn1"),
]
let network: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
let server: [Target.Dependency] = [
  .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Hummingbird", package: "hummingbird"),
  .product(name: "HummingbirdCore", package: "hummingbird"), .product(name: "HummingbirdTLS", package: "hummingbird"),
]
let client: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

var targets: [Target] = [
  // Floor 0: values without any I/O that every room speaks in.
  .target(name: "Primitives", swiftSettings: strict),

  // Floor 1: pure.
  .target(name: "TransparencyLog", dependencies: ["Primitives", crypto], swiftSettings: strict),

  // Floor 2: storage and the journal.
  .systemLibrary(
    name: "CPostgreSQL", pkgConfig: "libpq",
    providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
  .target(
    name: "Storage",
    dependencies: [
      "Primitives", "CPostgreSQL", logging,
      .product(name: "GRDB", package: "GRDB.swift"),
      .product(name: "GRDBSQLite", package: "GRDB.swift"),
    ], swiftSettings: strict),
  .target(
    name: "Journal",
    dependencies: ["Primitives", "Storage", "TransparencyLog", crypto, logging, lifecycle],
    resources: [.embedInCode("Resources/verify.py")],
    swiftSettings: strict),

  // Floor 3: what is owed and how it stands.
  .target(
    name: "Obligations",
    dependencies: [
      "Primitives", "Storage", "TransparencyLog", "Journal", crypto, logging, lifecycle,
      .product(name: "Yams", package: "Yams"),
    ],
    resources: [.embedInCode("Catalogue")],
    swiftSettings: strict),

  // Floor 4: capabilities.
  .target(
    name: "Assessment",
    dependencies: [
      "Primitives", "Obligations", crypto, client,
      .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
    ] + network + certificates,
    resources: [.embedInCode("Resources")],
    swiftSettings: strict),

  .systemLibrary(
    name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"]), .brew(["libsodium"])]),
  .target(
    name: "Access",
    dependencies: [
      "Primitives", "Obligations", "Journal", "Storage", "CSodium", crypto, logging,
      .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "JWTKit", package: "jwt-kit"),
    ] + certificates,
    resources: [.embedInCode("Resources")],
    swiftSettings: strict),

  .systemLibrary(
    name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"]), .brew(["openssl"])]),
  // Only its headers: which device there is, whoever installs it says.
  .systemLibrary(
    name: "CPKCS11", pkgConfig: "p11-kit-1", providers: [.apt(["libp11-kit-dev"]), .brew(["p11-kit"])]),
  .target(
    name: "Vault",
    dependencies: [
      "Primitives", "Obligations", "Journal", "Storage", "CSodium", "COpenSSL", "CPKCS11", crypto, logging, lifecycle,
    ],
    resources: [.embedInCode("Resources")],
    swiftSettings: strict),

  // Floor 5 and 6: HTTP and the command line.
  .systemLibrary(
    name: "CQRencode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"]), .brew(["qrencode"])]),
  .target(
    name: "Console",
    dependencies: [
      "Primitives", "Access", "Assessment", "Vault", "Obligations", "Journal", "Storage", "TransparencyLog",
      "CQRencode",
      crypto,
      logging, lifecycle, client, .product(name: "Mustache", package: "swift-mustache"),
    ] + network + server + certificates,
    resources: [.embedInCode("Resources")],
    swiftSettings: strict),
  .executableTarget(
    name: "surety",
    dependencies: [
      "Console", "Access", "Assessment", "Vault", "Obligations", "Journal", "Storage", "TransparencyLog", "Primitives",
      "Shop", logging, lifecycle, .product(name: "UnixSignals", package: "swift-service-lifecycle"), arguments,
    ], swiftSettings: strict),

  // A shop to try it on, with a switch for every weakness. It knows nothing of Surety.
  .target(
    name: "Shop",
    dependencies: [
      crypto, logging, lifecycle, .product(name: "_CryptoExtras", package: "swift-crypto"),
      .product(name: "GRDB", package: "GRDB.swift"),
    ] + network + server + certificates,
    path: "Examples/Shop", swiftSettings: strict),

  // Measuring and testing; neither is part of the product.
  .executableTarget(
    name: "surety-bench",
    dependencies: [
      "Console", "Access", "Assessment", "Vault", "Obligations", "Journal", "Storage", "TransparencyLog", "Primitives",
      "Shop", "TestKit", crypto, logging, arguments, client, lifecycle, .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
      .product(name: "GRDBSQLite", package: "GRDB.swift"),
    ], path: "Sources/Bench", swiftSettings: strict),
  .target(
    name: "TestKit",
    dependencies: [
      "Primitives", "Storage", "TransparencyLog", "Journal", crypto, logging,
      .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
    ], swiftSettings: strict),

  .executableTarget(
    name: "crash-writer", dependencies: ["Primitives", "Journal", "Storage", "TransparencyLog", "TestKit"],
    path: "Tests/CrashWriter", swiftSettings: strict),

  .testTarget(name: "PrimitivesTests", dependencies: ["Primitives", "TestKit"], swiftSettings: strict),
  .testTarget(
    name: "TransparencyLogTests", dependencies: ["TransparencyLog", "TestKit", crypto], swiftSettings: strict),
  .testTarget(name: "StorageTests", dependencies: ["Storage", "TestKit"], swiftSettings: strict),
  .testTarget(
    name: "JournalTests",
    dependencies: ["crash-writer", "Journal", "Storage", "TransparencyLog", "Primitives", "TestKit"],
    swiftSettings: strict),
  .testTarget(
    name: "ObligationsTests", dependencies: ["Obligations", "Journal", "Storage", "Primitives", "TestKit", logging],
    swiftSettings: strict),
  .testTarget(
    name: "AssessmentTests",
    dependencies: [
      "surety", "Assessment", "Obligations", "Primitives", "Shop", "TestKit", crypto, client, lifecycle, logging,
    ] + network + certificates, swiftSettings: strict),
  .testTarget(
    name: "AccessTests",
    dependencies: [
      "Access", "Obligations", "Journal", "Storage", "Primitives", "TestKit", crypto,
      .product(name: "CryptoExtras", package: "swift-crypto"), .product(name: "JWTKit", package: "jwt-kit"),
    ] + certificates, resources: [.embedInCode("Vectors/ceremonies.json")], swiftSettings: strict),
  .testTarget(
    name: "VaultTests",
    dependencies: ["Vault", "Obligations", "Journal", "Storage", "Primitives", "TestKit", crypto, logging],
    exclude: ["Published"], swiftSettings: strict),
  .testTarget(
    name: "ConsoleTests",
    dependencies: [
      "Console", "Access", "Assessment", "Vault", "Obligations", "Journal", "Storage", "TransparencyLog", "Primitives",
      "TestKit", lifecycle, logging, client, crypto,
    ] + network, swiftSettings: strict),
  .testTarget(
    name: "SuretyTests",
    dependencies: ["surety", "Access", "Vault", "Obligations", "Primitives", "TestKit", arguments, logging] + network
      + server,
    swiftSettings: strict),
  .testTarget(name: "TidyTests", dependencies: ["TestKit"], swiftSettings: strict),
]

// The fuzz target links libFuzzer's main, so it exists only when `make fuzz` asks for it.
if Context.environment["SURETY_FUZZ"] != nil {
  targets.append(
    .executableTarget(name: "surety-fuzz", dependencies: ["TestKit"], path: "Sources/Fuzz", swiftSettings: strict))
}

let package = Package(
  name: "surety",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "surety", targets: ["surety"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/vapor/jwt-kit", from: "5.7.1"),
  ],
  targets: targets
)
