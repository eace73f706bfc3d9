import SIPMessages
import SansIO
import Testing

@Suite("Hostile bytes: nothing a peer sends may trap")
struct FuzzTests {
  /// Cheap enough for the quick run in a debug build; the count per seed message.
  private static let rounds = 150

  @Test("Mutated torture messages are read or refused, and what is read serialises to what was read", arguments: TortureCase.all)
  func mutations(_ torture: TortureCase) throws {
    let original = try torture.bytes
    var random = RandomSource(seed: original.reduce(UInt64(original.count)) { $0 &* 31 &+ UInt64($1) })
    for _ in 0..<Self.rounds {
      let bytes = Self.mutate(original, &random)
      try Self.exercise(bytes)
      Self.stream(bytes, &random)
    }
  }

  @Test("Noise is read or refused")
  func noise() throws {
    var random = RandomSource(seed: 4475)
    for _ in 0..<500 {
      let count = Int(random.next(below: 200))
      try Self.exercise((0..<count).map { _ in UInt8(truncatingIfNeeded: random.nextUInt64()) })
    }
  }

  private static let snippets = [
    "\r\n", "\r\n\r\n", "\n", "\r", "\0", "\"", "<", ">", ";", ",", "=", "%", ":", "@", "[", "]", "(", ")", "\\", " ", "\t", "*",
    "SIP/2.0", "\r\n ",
    "99999999999999999999", "-1", "Via: ", "Content-Length: 5\r\n", "é", "\u{1B}[2J", ";;", ",,", "<>", "\"\"", "sip:", "tel:",
    "--", "%00",
  ].map { Array($0.utf8) }

  private static func mutate(_ original: [UInt8], _ random: inout RandomSource) -> [UInt8] {
    var bytes = original
    for _ in 0...random.next(below: 4) {
      guard !bytes.isEmpty else { return bytes }
      let place = Int(random.next(below: UInt64(bytes.count)))
      switch random.next(below: 6) {
      case 0: bytes[place] = UInt8(truncatingIfNeeded: random.nextUInt64())
      case 1: bytes.remove(at: place)
      case 2: bytes.insert(contentsOf: snippets[Int(random.next(below: UInt64(snippets.count)))], at: place)
      case 3: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next(below: 40))))
      case 4:
        let part = Array(bytes[place..<min(bytes.count, place + Int(random.next(below: 60)))])
        bytes.insert(contentsOf: part, at: Int(random.next(below: UInt64(bytes.count))))
      default: bytes.removeLast(bytes.count - place)
      }
    }
    return bytes
  }

  private static func exercise(_ bytes: [UInt8]) throws {
    let received: ReceivedMessage
    do {
      received = try MessageParser.parse(bytes)
    } catch {
      if let request = error.salvage {
        let answer = Response(to: request, status: .badRequest, toTag: "t").serialized()
        #expect(answer.starts(with: Array("SIP/2.0 400".utf8)))
      }
      return
    }
    let serialized = received.message.serialized()
    let again = try MessageParser.parse(serialized)
    #expect(again.message == received.message)
    #expect(again.message.serialized() == serialized)
    TypedHeaderSurvey.readAll(received.message)
    var changed = received.message
    changed.fields.removeFirstElement(Via.self)
    changed.fields.prepend(Via(transport: "UDP", host: .name("proxy"), branch: "z9hG4bKx"))
    changed.fields.set(MaxForwards(1))
    let rewritten = try MessageParser.parse(changed.serialized())
    #expect(rewritten.essentials.topVia.branch == "z9hG4bKx")
    #expect(rewritten.essentials.maxForwards == 1)
    #expect(rewritten.essentials.callID == received.essentials.callID)
    #expect(rewritten.message.body == received.message.body)
  }

  private static func stream(_ bytes: [UInt8], _ random: inout RandomSource) {
    var framer = StreamFramer()
    var index = 0
    while index < bytes.count {
      let end = min(bytes.count, index + 1 + Int(random.next(below: 300)))
      framer.append(Array(bytes[index..<end]))
      index = end
      while let frame = try? framer.next(), frame != .message([]) {}
    }
  }
}
