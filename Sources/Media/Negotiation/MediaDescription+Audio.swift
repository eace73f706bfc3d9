import SansIO

extension RTPMap {
  var isTelephoneEvent: Bool { SDPText.isEqual(encodingName, lowercase: "telephone-event") }
  var isComfortNoise: Bool { SDPText.isEqual(encodingName, lowercase: "cn") }
}

extension MediaDescription {
  /// Adds a format to the `m=` line, with its rtpmap (also for static numbers: some peers want it, RFC 3551 does not mind).
  mutating func append(_ map: RTPMap) {
    formats.append("\(map.payloadType)")
    attributes.append(SDPAttribute("rtpmap", map.text))
  }

  /// RFC 3605: the RTCP port is told when it is not the one above.
  mutating func appendRTCP(of local: MediaEndpoint) {
    if local.rtcpPort != local.rtpPort &+ 1 { attributes.append(SDPAttribute("rtcp", "\(local.rtcpPort)")) }
  }

  /// The same media part refused: port 0, the formats kept because the grammar asks for one (RFC 3264 section 6).
  func refused() -> MediaDescription {
    MediaDescription(kind: kind, port: 0, proto: proto, formats: formats)
  }

  /// Where the author receives RTCP (RFC 3605 section 2.1); nil when it cannot receive.
  func rtcpAddress(default address: IPAddress) -> SocketAddress? {
    let plain = address.isUnspecified ? nil : SocketAddress(address, port: port &+ 1)
    guard let value = attribute("rtcp") else { return plain }
    let words = SDPText.words(value)
    guard let first = words.first, let port = UInt16(first), port != 0 else { return plain }
    guard words.count == 4 else { return address.isUnspecified ? nil : SocketAddress(address, port: port) }
    guard words[1] == "IN", let own = IPAddress(words[3]), !own.isUnspecified else { return plain }
    return SocketAddress(own, port: port)
  }

  /// The packet time that we use towards the author, in milliseconds: its wish within 10 to 60, whole tens, never above its
  /// maximum.
  var sendingPacketTime: Int {
    var time = ptime ?? 20
    if let maxptime { time = min(time, maxptime) }
    return min(max(time / 10 * 10, 10), 60)
  }
}

extension MediaParameters {
  /// The same with the stream over.
  func stopped() -> MediaParameters {
    var result = self
    result.remoteRTP = nil
    result.remoteRTCP = nil
    result.direction = .inactive
    return result
  }
}
