/// Session description to bytes, in the order that RFC 8866 section 9 fixes.
enum SDPSerializer {
  static func serialize(_ description: SessionDescription) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    let origin = description.origin
    line("v", "0", &bytes)
    line(
      "o", "\(origin.username) \(origin.sessionID) \(origin.version) IN \(origin.addressType) \(origin.address)", &bytes)
    line("s", description.name.isEmpty ? "-" : description.name, &bytes)
    if let information = description.information { line("i", information, &bytes) }
    for contact in description.contacts { line(contact.letter, contact.value, &bytes) }
    if let connection = description.connection { line("c", text(connection), &bytes) }
    for bandwidth in description.bandwidths { line("b", bandwidth, &bytes) }
    for timing in description.timings {
      line("t", "\(timing.start) \(timing.stop)", &bytes)
      for repetition in timing.repeats { line("r", repetition, &bytes) }
    }
    attributes(description.attributes, &bytes)
    for media in description.media {
      let port = media.portCount > 1 ? "\(media.port)/\(media.portCount)" : "\(media.port)"
      line("m", ([media.kind, port, media.proto] + media.formats).joined(separator: " "), &bytes)
      if let information = media.information { line("i", information, &bytes) }
      if let connection = media.connection { line("c", text(connection), &bytes) }
      for bandwidth in media.bandwidths { line("b", bandwidth, &bytes) }
      attributes(media.attributes, &bytes)
    }
    return bytes
  }

  private static func text(_ connection: SDPConnection) -> String {
    "IN \(connection.addressType) \(connection.address)"
  }

  private static func attributes(_ attributes: [SDPAttribute], _ bytes: inout [UInt8]) {
    for attribute in attributes {
      line("a", attribute.value.map { "\(attribute.name):\($0)" } ?? attribute.name, &bytes)
    }
  }

  private static func line(_ letter: Character, _ value: String, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: letter.utf8)
    bytes.append(UInt8(ascii: "="))
    // A value that held a line end could smuggle in lines of its own.
    for byte in value.utf8 where byte != 10 && byte != 13 && byte != 0 { bytes.append(byte) }
    bytes.append(13)
    bytes.append(10)
  }
}
