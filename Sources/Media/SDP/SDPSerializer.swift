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
      var words = "\(media.kind) \(port) \(media.proto)"
      for format in media.formats {
        words += " "
        words += format
      }
      line("m", words, &bytes)
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
      bytes.append(UInt8(ascii: "a"))
      bytes.append(UInt8(ascii: "="))
      put(attribute.name, &bytes)
      if let value = attribute.value {
        bytes.append(UInt8(ascii: ":"))
        put(value, &bytes)
      }
      endLine(&bytes)
    }
  }

  private static func line(_ letter: Character, _ value: String, _ bytes: inout [UInt8]) {
    bytes.append(contentsOf: letter.utf8)
    bytes.append(UInt8(ascii: "="))
    put(value, &bytes)
    endLine(&bytes)
  }

  /// A text that held a line end could smuggle in lines of its own.
  private static func put(_ text: String, _ bytes: inout [UInt8]) {
    let start = bytes.count
    bytes.append(contentsOf: text.utf8)
    guard bytes[start...].contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else { return }
    bytes.removeSubrange(start...)
    for byte in text.utf8 where byte != 10 && byte != 13 && byte != 0 { bytes.append(byte) }
  }

  private static func endLine(_ bytes: inout [UInt8]) {
    bytes.append(13)
    bytes.append(10)
  }
}
