import Foundation
import SIPMessages
import SansIO

/// Measures parsing and serialising. Usage: messages-bench FOLDER [SECONDS [WORDS]], the folder holding invite.sip, register.sip
/// and ok.sip. With WORDS only the measurements whose name holds them are made, for a profiler.
@main
struct MessagesBench {
  /// Copies of each message that differ in a few bytes, so that no result can be computed once and kept.
  static let variantCount = 64

  static func main() throws {
    let arguments = CommandLine.arguments
    let folder = URL(fileURLWithPath: arguments.count > 1 ? arguments[1] : "messages")
    let seconds = arguments.count > 2 ? Double(arguments[2]) ?? 1 : 1
    for name in ["invite", "register", "ok"] {
      let original = Array(try Data(contentsOf: folder.appendingPathComponent("\(name).sip")))
      let variants = (0..<variantCount).map { variant(original, $0) }
      let parsed = variants.compactMap { try? MessageParser.parse($0) }
      guard parsed.count == variantCount else { throw BenchmarkError("\(name).sip cannot be parsed") }
      let changed = parsed.map { change($0.message) }

      report(name, original.count, "parse to the eager head", seconds) { parse(variants[$0]) }
      report(name, original.count, "parse, all headers typed", seconds) { parseAll(variants[$0]) }
      report(name, original.count, "serialise, changed message", seconds) { serialise(changed[$0]) }
      report(name, original.count, "serialise, untouched message", seconds) { serialise(parsed[$0].message) }
      report(name, original.count, "parse, change two fields, serialise", seconds) { forward(variants[$0]) }
    }
  }

  /// Changes two digits of the Call-ID.
  static func variant(_ original: [UInt8], _ number: Int) -> [UInt8] {
    var bytes = original
    guard let place = String(decoding: original, as: UTF8.self).utf8.firstIndex(ofText: "Call-ID: ") else { return bytes }
    bytes[place + 9] = UInt8(ascii: "A") + UInt8(number / 8)
    bytes[place + 10] = UInt8(ascii: "a") + UInt8(number % 8)
    return bytes
  }

  static func change(_ message: Message) -> Message {
    var message = message
    if var via = try? message.fields[Via.self] {
      via.received = .v4(0xC000_0201)
      via.rport = 5060
      message.fields.replaceFirstElement(with: via)
    }
    message.fields.set(MaxForwards(69))
    return message
  }

  @inline(never)
  static func parse(_ bytes: [UInt8]) -> Int {
    guard let received = try? MessageParser.parse(bytes) else { return 0 }
    return Int(received.essentials.cseq.number) + received.message.fields.count + received.essentials.callID.utf8.count
  }

  @inline(never)
  static func parseAll(_ bytes: [UInt8]) -> Int {
    guard let received = try? MessageParser.parse(bytes) else { return 0 }
    return TypedSurvey.readAll(received.message)
  }

  @inline(never)
  static func serialise(_ message: Message) -> Int {
    message.serialized().count
  }

  @inline(never)
  static func forward(_ bytes: [UInt8]) -> Int {
    guard let received = try? MessageParser.parse(bytes) else { return 0 }
    return change(received.message).serialized().count
  }

  /// Runs `body` for about `seconds` in parts of two milliseconds and prints the best part: what disturbs a measurement only ever
  /// makes it slower, and a part that short has a chance to be left alone on a busy machine.
  static func report(_ message: String, _ size: Int, _ what: String, _ seconds: Double, _ body: (Int) -> Int) {
    if CommandLine.arguments.count > 3, !what.contains(CommandLine.arguments[3]) { return }
    let clock = ContinuousClock()
    var sum = 0
    var best = Double.infinity
    for _ in 0..<max(1, Int(seconds * 500)) {
      let start = clock.now
      var rounds = 0
      repeat {
        for index in 0..<variantCount { sum &+= body(index) }
        rounds += variantCount
      } while clock.now - start < .milliseconds(2)
      let elapsed = clock.now - start
      let nanoseconds = Double(elapsed.components.seconds) * 1e9 + Double(elapsed.components.attoseconds) / 1e9
      best = min(best, nanoseconds / Double(rounds))
    }
    let rate = Int(1e9 / best)
    print("offhook\t\(message)\t\(size)\t\(what)\t\(Int(best)) ns\t\(rate)/s\(sum == 0 ? " (nothing done)" : "")")
  }
}

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) {
    self.description = description
  }
}

extension String.UTF8View {
  /// Where `text` begins, in bytes.
  func firstIndex(ofText text: String) -> Int? {
    let bytes = Array(self)
    let wanted = Array(text.utf8)
    return bytes.indices.first { bytes[$0...].starts(with: wanted) }
  }
}
