/// The payload types of one call. RFC 3264 section 8.3.2: a dynamic number keeps its meaning as long as the session lasts.
struct PayloadTypeMap: Hashable, Sendable {
  private var assignments: [RTPMap] = []

  /// The number of an encoding: the one it has in this session, else its static one, else `wish`, else the next free one.
  mutating func number(of name: String, clockRate: Int, wish: UInt8) -> UInt8 {
    if let known = assignments.first(where: { $0.encodingName == name && $0.clockRate == clockRate }) { return known.payloadType }
    for number: UInt8 in 0...34 {
      if let fixed = RTPMap.assigned(number), fixed.encodingName == name, fixed.clockRate == clockRate, fixed.channels == 1 {
        return number
      }
    }
    var number = wish
    while assignments.contains(where: { $0.payloadType == number }), number < 127 { number += 1 }
    assignments.append(RTPMap(payloadType: number, encodingName: name, clockRate: clockRate))
    return number
  }

  /// Takes over what the peer calls an encoding, unless the session has a number for it.
  mutating func adopt(_ map: RTPMap, name: String) {
    guard map.payloadType >= 96,
      !assignments.contains(where: {
        ($0.encodingName == name && $0.clockRate == map.clockRate) || $0.payloadType == map.payloadType
      })
    else { return }
    assignments.append(RTPMap(payloadType: map.payloadType, encodingName: name, clockRate: map.clockRate))
  }
}
