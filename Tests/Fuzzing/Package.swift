// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that nobody who builds the phone builds this. `Scripts/fuzz` builds it with the sanitizers' options;
// without them it compiles, but has no driver to link with. `OFFHOOK_QUICK=1` keeps the network and database libraries out.
let rooms = ["SansIO", "SIPMessages", "SIPUserAgent", "SIPExtensions", "Cryptography", "Media", "Phone"]

let package = Package(
  name: "fuzzing",
  dependencies: [.package(name: "offhook", path: "../..")],
  targets: [
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "fuzz", dependencies: ["CFuzzer"] + rooms.map { .product(name: $0, package: "offhook") },
      swiftSettings: [.strictMemorySafety()]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
