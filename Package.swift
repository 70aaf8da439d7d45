// swift-tools-version: 6.1
import PackageDescription

/// The same strict settings for every target of the house; see docs/architecture.md for the floors.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

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

  // Floor 5 and 6: HTTP and the command line.
  .target(
    name: "Console",
    dependencies: [
      "Primitives", "Journal", "Storage", "TransparencyLog", logging, lifecycle,
      .product(name: "HTTPTypes", package: "swift-http-types"),
      .product(name: "Hummingbird", package: "hummingbird"),
      .product(name: "HummingbirdCore", package: "hummingbird"),
      .product(name: "HummingbirdTLS", package: "hummingbird"),
      .product(name: "AsyncHTTPClient", package: "async-http-client"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
    ], swiftSettings: strict),
  .executableTarget(
    name: "surety",
    dependencies: [
      "Console", "Journal", "Storage", "TransparencyLog", "Primitives", logging, lifecycle,
      .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ], swiftSettings: strict),

  // Measuring and testing; neither is part of the product.
  .executableTarget(
    name: "surety-bench",
    dependencies: [
      "Journal", "Storage", "TransparencyLog", "Primitives", "TestKit", crypto, logging,
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
      .product(name: "GRDBSQLite", package: "GRDB.swift"),
    ], path: "Sources/Bench", swiftSettings: strict),
  .target(
    name: "TestKit", dependencies: [logging, "Primitives", "Storage", "TransparencyLog", "Journal", crypto],
    swiftSettings: strict),

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
    name: "ConsoleTests",
    dependencies: [
      "Console", "Journal", "Storage", "TransparencyLog", "Primitives", "TestKit", lifecycle,
      .product(name: "AsyncHTTPClient", package: "async-http-client"),
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOHTTP1", package: "swift-nio"),
    ], swiftSettings: strict),
  .testTarget(name: "SuretyTests", dependencies: ["surety", "Primitives", "TestKit"], swiftSettings: strict),
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
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: targets
)
