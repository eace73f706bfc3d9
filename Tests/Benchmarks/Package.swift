// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds the phone builds these. `OFFHOOK_QUICK=1` keeps the network and database
// libraries out.
let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "offhook", path: "../..")],
  targets: [
    .executableTarget(
      name: "messages-bench",
      dependencies: [.product(name: "SIPMessages", package: "offhook"), .product(name: "SansIO", package: "offhook")],
      swiftSettings: [.strictMemorySafety()]),
    .executableTarget(
      name: "alerts-bench",
      dependencies: [.product(name: "Phone", package: "offhook"), .product(name: "SIPMessages", package: "offhook")],
      swiftSettings: [.strictMemorySafety()]),
    .executableTarget(
      name: "policy-bench",
      dependencies: [.product(name: "Phone", package: "offhook"), .product(name: "SIPMessages", package: "offhook")],
      swiftSettings: [.strictMemorySafety()]),
    .executableTarget(
      name: "identity-bench",
      dependencies: ["SansIO", "SIPMessages", "SIPUserAgent", "SIPExtensions", "Cryptography"].map {
        .product(name: $0, package: "offhook")
      },
      swiftSettings: [.strictMemorySafety()]),
    .executableTarget(name: "phone-bench", swiftSettings: [.strictMemorySafety()]),
  ],
  swiftLanguageModes: [.v6]
)
