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

  /// Writes fields and body, with a Content-Length that is true (RFC 3261 section 20.14).
  func serialize(body: ArraySlice<UInt8>, into bytes: inout [UInt8]) {
    if statedContentLength == body.count {
      serialize(into: &bytes)
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
