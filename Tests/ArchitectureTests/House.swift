import Foundation

/// The house as it stands on the disk, and the plan that it is held to.
enum House {
  /// The package's root, found from where this file was compiled.
  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Every Swift file below `Sources`, sorted by path.
  static let files: [SourceFile] = {
    let sources = root.appending(path: "Sources")
    let enumerator = FileManager.default.enumerator(atPath: sources.path)
    var files: [SourceFile] = []
    while let path = enumerator?.nextObject() as? String {
      guard path.hasSuffix(".swift"), let room = path.split(separator: "/").first,
        let text = try? String(contentsOf: sources.appending(path: path), encoding: .utf8)
      else { continue }
      files.append(SourceFile(room: String(room), path: "Sources/" + path, text: text))
    }
    return files.sorted { $0.path < $1.path }
  }()

  static func files(of room: String) -> [SourceFile] { files.filter { $0.room == room } }

  /// Rooms whose code gives the same outputs for the same inputs on every machine.
  static let pureRooms = ["SansIO", "SIPMessages", "SIPUserAgent", "SIPExtensions", "Media", "Phone", "Exchange", "Simulation"]

  /// The import arrows: what each room may see. A room that is not listed may not exist.
  static let arrows: [String: Set<String>] = {
    let signalling: Set<String> = ["SIPExtensions", "SIPUserAgent", "SIPMessages", "SansIO"]
    let phone = signalling.union(["Phone", "Media"])
    return [
      "SansIO": [],
      "SIPMessages": ["SansIO"],
      "SIPUserAgent": ["SIPMessages", "SansIO"],
      "SIPExtensions": ["SIPUserAgent", "SIPMessages", "SansIO"],
      // Computes only; the one room between the pure ones and OpenSSL's hashes and signatures.
      "Cryptography": ["SIPExtensions", "SIPUserAgent", "SIPMessages", "SansIO", "CCrypto"],
      "Media": ["SansIO"],
      // A parser in C that only computes is pure.
      "Phone": signalling.union(["Media", "CTOML"]),
      "Exchange": signalling.union(["Media"]),
      "Simulation": phone.union(["Exchange", "Cryptography"]),
      // The lock of the rooms that have threads.
      "Locking": ["Glibc"],
      "PhoneTUI": phone.union(["Locking", "CNCurses", "Glibc"]),
      "PhoneSystem": phone.union([
        "Exchange", "Cryptography", "PhoneResources", "Locking", "CPlatform", "CALSA", "CAres", "NIOCore", "NIOPosix", "NIOSSL",
        "NIOTLS", "GRDB", "Glibc", "Synchronization", "Dispatch", "Foundation",
      ]),
      "offhook": phone.union([
        "PhoneTUI", "PhoneSystem", "Exchange", "Cryptography", "PhoneResources", "Locking", "CPlatform", "ArgumentParser", "Glibc",
        "Synchronization", "Dispatch", "Foundation",
      ]),
      "simulate": ["Simulation", "SansIO", "Glibc"],
    ]
  }()

  /// Rooms of C headers and shims, which hold no Swift.
  static let shims: Set<String> = ["CPlatform", "CNCurses", "CCrypto", "CTOML", "CALSA", "CAres"]
}
