// swift-tools-version: 6.2
import PackageDescription

// `Scripts/test --quick` sets OFFHOOK_QUICK: the pure rooms and the screens only, so that the inner loop does not wait for the
// network and database libraries to compile.
let quick = Context.environment["OFFHOOK_QUICK"] == "1"
// CI sets this; on a developer's machine a warning may wait until the thought is finished.
let warningsAsErrors = Context.environment["OFFHOOK_WARNINGS_AS_ERRORS"] == "1"

let settings: [SwiftSetting] =
  [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .strictMemorySafety(),
  ] + (warningsAsErrors ? [.treatAllWarnings(as: .error)] : [])

func room(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil, linker: [LinkerSetting] = []) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: settings, linkerSettings: linker)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .testTarget(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

// Headers and few-line shims over the system's C libraries.
let shims: [Target] = [
  .target(name: "CPlatform"),
  .target(name: "CNCurses", linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
  .target(name: "CCrypto", linkerSettings: [.linkedLibrary("crypto")]),
  .target(name: "CTOML"),
]

let pure: [Target] = [
  room("SansIO", []),
  room("SIPMessages", ["SansIO"]),
  room("SIPUserAgent", ["SIPMessages", "SansIO"]),
  room("SIPExtensions", ["SIPUserAgent", "SIPMessages", "SansIO"]),
  room("Cryptography", ["SIPExtensions", "CCrypto"]),
  // Rounding and square roots of the standard library are calls into libm, which only Foundation or Glibc would link by themselves.
  room("Media", ["SansIO"], linker: [.linkedLibrary("m")]),
  room("Phone", ["SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO", "CTOML"]),
  room("Exchange", ["SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO"]),
  room("Simulation", ["Phone", "Exchange", "SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO", "Cryptography"]),
]

// Pure but for its threads and its output; in the quick package too, so that the swarm needs neither network nor database.
let simulate = Target.executableTarget(name: "simulate", dependencies: ["Simulation", "SansIO"], swiftSettings: settings)

let screens: [Target] = [
  // The one lock of the rooms that have threads.
  room("Locking", []),
  room("PhoneTUI", ["Phone", "SIPMessages", "Media", "SansIO", "Locking", "CNCurses"]),
]

let pureTests: [Target] = [
  tests("SansIOTests", ["SansIO"]),
  tests("SIPMessagesTests", ["SIPMessages", "SansIO"], exclude: ["Torture"]),
  tests("SIPUserAgentTests", ["SIPUserAgent", "SIPMessages", "SansIO"]),
  tests("SIPExtensionsTests", ["SIPExtensions", "SIPUserAgent", "SIPMessages", "SansIO", "Cryptography"]),
  tests("MediaTests", ["Media", "SansIO"]),
  tests("PhoneTests", ["Phone", "SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO", "Cryptography"]),
  tests("PhoneTUITests", ["PhoneTUI", "Phone", "SIPMessages", "Media", "SansIO"]),
  tests(
    "ScenarioTests",
    ["Simulation", "Exchange", "Phone", "SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO", "Cryptography"]),
  tests("ArchitectureTests", []),
]

let world: [Target] = [
  .systemLibrary(name: "CALSA", providers: [.apt(["libasound2-dev"])]),
  .systemLibrary(name: "CAres", providers: [.apt(["libc-ares-dev"])]),
  room(
    "PhoneSystem",
    [
      "Phone", "Exchange", "SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO", "Cryptography", "Locking",
      "CPlatform", "CALSA", "CAres", "PhoneResources",
      .product(name: "NIOCore", package: "swift-nio"),
      .product(name: "NIOPosix", package: "swift-nio"),
      .product(name: "NIOTLS", package: "swift-nio"),
      .product(name: "NIOSSL", package: "swift-nio-ssl"),
      .product(name: "GRDB", package: "GRDB.swift"),
    ]),
  .target(
    name: "PhoneResources", path: "Resources", resources: [.embedInCode("default.toml"), .embedInCode("alerts.toml")],
    swiftSettings: settings),
  .executableTarget(
    name: "offhook",
    dependencies: [
      "PhoneTUI", "PhoneSystem", "Phone", "Exchange", "SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO",
      "Cryptography", "PhoneResources", "Locking", "CPlatform",
      .product(name: "ArgumentParser", package: "swift-argument-parser"),
    ], swiftSettings: settings),
  tests(
    "PhoneSystemTests",
    [
      "PhoneSystem", "Phone", "Exchange", "SIPExtensions", "SIPUserAgent", "SIPMessages", "Media", "SansIO", "Cryptography",
      "CPlatform",
    ]),
  .testTarget(name: "InteropTests", exclude: ["Peers"], swiftSettings: settings),
]

let package = Package(
  name: "offhook",
  // The libraries are for Tests/Benchmarks and Tests/Fuzzing, packages of their own.
  products: ["SansIO", "SIPMessages", "SIPUserAgent", "SIPExtensions", "Cryptography", "Media", "Phone"].map {
    .library(name: $0, targets: [$0])
  }
    + (quick ? [] : [.executable(name: "offhook", targets: ["offhook"])]),
  dependencies: quick
    ? []
    : [
      .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
      .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
      .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
      .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
  targets: shims + pure + [simulate] + screens + pureTests + (quick ? [] : world),
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
