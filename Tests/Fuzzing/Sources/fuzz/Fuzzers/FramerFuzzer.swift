import SIPMessages

/// A stream: the first bytes say where it is cut into pieces, the others are what flows.
enum FramerFuzzer: Fuzzer {
  static let name = "framer"
  static let summary =
    "a stream in pieces: the messages do not depend on where it was cut, and no more is stored than the limits say"
  static let longestInput = 2048

  static func run(_ bytes: [UInt8]) {
    var choices = Choices(bytes)
    let cuts = choices.take(8).map { Int($0) + 1 }
    let stream = choices.rest()
    guard !cuts.isEmpty else { return }
    let whole = frames(stream, pieces: [stream.count])
    for pieces in [cuts, [1]] {
      let other = frames(stream, pieces: pieces)
      require(messages(other.frames) == messages(whole.frames), "the messages depend on the cuts")
      require(other.hasFailed == whole.hasFailed, "a stream fails or not, depending on the cuts")
      // What is cut in a ping's middle counts as pong and ping: where somebody pings, a ping there is, if not as many.
      for (one, two) in zip(pings(whole.frames), pings(other.frames)) where one { require(two, "a ping is lost when it is cut") }
    }
  }

  private static func frames(_ stream: [UInt8], pieces: [Int]) -> (frames: [StreamFramer.Frame], hasFailed: Bool) {
    var framer = StreamFramer()
    var frames: [StreamFramer.Frame] = []
    var index = 0
    var round = 0
    while index < stream.count {
      let end = min(stream.count, index + max(1, pieces[round % pieces.count]))
      framer.append(Array(stream[index..<end]))
      index = end
      round += 1
      do {
        while let frame = try framer.next() { frames.append(frame) }
      } catch {
        require((try? framer.next()) == nil, "a stream that failed goes on")
        return (frames, true)
      }
      require(framer.bufferedCount <= MessageLimits.messageSize, "the buffer holds \(framer.bufferedCount) bytes")
      require(frames.count <= stream.count, "more frames than bytes")
    }
    return (frames, false)
  }

  private static func messages(_ frames: [StreamFramer.Frame]) -> [[UInt8]] {
    frames.compactMap { if case .message(let bytes) = $0 { bytes } else { nil } }
  }

  /// Whether there is a ping before the first message, between the first and the second, and so on.
  private static func pings(_ frames: [StreamFramer.Frame]) -> [Bool] {
    var pings = [false]
    for frame in frames {
      switch frame {
      case .message: pings.append(false)
      case .ping: pings[pings.count - 1] = true
      case .pong: break
      }
    }
    return pings
  }
}
