extension AudioCodec {
  /// Appends the samples of a payload. A last odd byte of L16 is dropped.
  func decode(_ payload: ArraySlice<UInt8>, into samples: inout [Int16]) {
    switch self {
    case .pcmu:
      let table = G711.muLawTable
      for byte in payload { samples.append(table[Int(byte)]) }
    case .pcma:
      let table = G711.aLawTable
      for byte in payload { samples.append(table[Int(byte)]) }
    case .l16Wide, .l16Narrow:
      var index = payload.startIndex
      while index + 1 < payload.endIndex {
        samples.append(Int16(bitPattern: UInt16(payload[index]) << 8 | UInt16(payload[index + 1])))
        index += 2
      }
    }
  }

  /// Appends the payload of samples.
  func encode(_ samples: ArraySlice<Int16>, into payload: inout [UInt8]) {
    switch self {
    case .pcmu:
      for sample in samples { payload.append(G711.encodeMuLaw(sample)) }
    case .pcma:
      for sample in samples { payload.append(G711.encodeALaw(sample)) }
    case .l16Wide, .l16Narrow:
      for sample in samples {
        payload.append(UInt8(truncatingIfNeeded: sample >> 8))
        payload.append(UInt8(truncatingIfNeeded: sample))
      }
    }
  }

  /// How many samples a payload of that many bytes holds.
  func sampleCount(bytes: Int) -> Int { bytes / bytesPerSample }
}
