import SIPMessages

/// Two URIs, a line each, and an address.
enum URIFuzzer: Fuzzer {
  static let name = "uri"
  static let summary = "two URIs and an address: each comes back as itself, and their equality is one (RFC 3261 section 19.1.4)"
  static let longestInput = 512

  static func run(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    let uris = lines.compactMap { try? URI(bytes: $0) }
    for uri in uris { check(uri) }
    if uris.count == 2 {
      require(uris[0].matches(uris[1]) == uris[1].matches(uris[0]), "two URIs match in one direction only")
      if uris[0] == uris[1] { require(uris[0].matches(uris[1]), "equal URIs do not match") }
    }
    var cursor = HeaderCursor(lines.first ?? [])
    if let address = try? NameAddress(&cursor) { check(address) }
  }

  private static func check(_ uri: URI) {
    let text = uri.description
    guard let again = try? URI(parsing: text) else { fatalError("a URI cannot be read again: \(text)") }
    require(again == uri, "a URI comes back as \(again), it was \(uri)")
    require(again.hashValue == uri.hashValue, "equal URIs with different hashes")
    require(uri.matches(uri) && uri.matches(again), "a URI does not match itself: \(text)")
    if case .sip(let sip) = uri { change(sip) }
  }

  /// Setting each part to what it is changes nothing.
  private static func change(_ uri: SIPURI) {
    var same = uri
    same.user = uri.user
    same.password = uri.password
    same.host = uri.host
    same.parameters = uri.parameters
    same.headers = uri.headers
    require(same == uri, "setting its own parts makes \(same) of \(uri)")
    var other = uri
    other.parameters.set("x-fuzz", "a b")
    require(other.parameters["x-fuzz"] == "a b", "a parameter that was set is not there: \(other)")
    other.parameters.remove("x-fuzz")
    require(other.parameters.elements == uri.parameters.elements.filter { !$0.name.equalsLowercased("x-fuzz") }, "\(other) \(uri)")
  }

  private static func check(_ address: NameAddress) {
    var bytes: [UInt8] = []
    address.serialize(into: &bytes)
    var cursor = HeaderCursor(bytes[...])
    let again = try? NameAddress(&cursor)
    require(again == address && cursor.isAtEnd, "an address comes back as \(String(describing: again)), it was \(address)")
    var changed = address
    changed.displayName = address.displayName
    changed.parameters = address.parameters
    require(changed == address, "setting its own parts makes \(changed) of \(address)")
    changed.tag = "fuzz"
    require(changed.tag == "fuzz", "a tag that was set is not there: \(changed)")
  }
}

extension String {
  fileprivate func equalsLowercased(_ other: String) -> Bool { lowercased() == other }
}
