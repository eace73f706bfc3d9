extension HeaderFields {
  /// Writes all fields, each with its line end. Neighbours that still lie side by side in the wire buffer are copied at once.
  func serialize(into bytes: inout [UInt8]) {
    var index = 0
    while index < slots.count {
      let first = slots[index]
      var end = first.end
      index += 1
      while index < slots.count, slots[index].isOwned == first.isOwned, slots[index].start == end {
        end = slots[index].end
        index += 1
      }
      bytes.append(contentsOf: buffer(of: first)[Int(first.start)..<Int(end)])
    }
  }

  /// Bytes that `serialize` will write, or a few more.
  var serializedSize: Int {
    slots.reduce(0) { $0 + $1.lineRange.count }
  }

  /// The same for fields and body.
  func serializedSize(body: ArraySlice<UInt8>) -> Int {
    serializedSize + (contains(.contentLength) ? 0 : Self.contentLengthLine(body.count).count) + 2 + body.count
  }

  private static func contentLengthLine(_ count: Int) -> [UInt8] {
    var line = Array("Content-Length: ".utf8)
    line.append(number: count)
    line.append(0x0D)
    line.append(0x0A)
    return line
  }

  /// Writes fields and body, with a Content-Length that is true (RFC 3261 section 20.14).
  func serialize(body: ArraySlice<UInt8>, into bytes: inout [UInt8]) {
    if statedContentLength == body.count {
      serialize(into: &bytes)
    } else if !contains(.contentLength) {
      // What is written from nothing has none. It goes last, and no field has to be copied for it.
      serialize(into: &bytes)
      bytes.append(contentsOf: Self.contentLengthLine(body.count))
    } else {
      var corrected = self
      corrected.set(ContentLength(body.count))
      corrected.serialize(into: &bytes)
    }
    bytes.append(0x0D)
    bytes.append(0x0A)
    bytes.append(contentsOf: body)
  }

  /// What the one Content-Length field says; nil when there is none, it is malformed, or there are several.
  private var statedContentLength: Int? {
    guard count(of: .contentLength) == 1, let length = try? self[ContentLength.self] else { return nil }
    return length.value
  }
}
