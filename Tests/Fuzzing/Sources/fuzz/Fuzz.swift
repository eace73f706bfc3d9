import CFuzzer

/// `fuzz` lists the fuzzers; `fuzz NAME OPTION… FOLDER…` hands one of them to libFuzzer with its own options; `fuzz NAME hexadecimal
/// DIGITS` runs one input.
@main
struct Fuzz {
  static var all: [any Fuzzer.Type] {
    [
      MessageFuzzer.self, HeaderFuzzer.self, URIFuzzer.self, BodyFuzzer.self, FramerFuzzer.self, SDPFuzzer.self, PacketFuzzer.self,
      MediaFuzzer.self, ConfigurationFuzzer.self, CommandFuzzer.self, LocationFuzzer.self, AgentFuzzer.self,
    ]
  }

  /// Written once, before the driver starts.
  nonisolated(unsafe) private static var chosen: any Fuzzer.Type = MessageFuzzer.self

  static func main() {
    let arguments = CommandLine.arguments
    guard arguments.count > 1, let fuzzer = all.first(where: { $0.name == arguments[1] }) else {
      for fuzzer in all { print("\(fuzzer.name)\t\(fuzzer.summary)") }
      return
    }
    if arguments.count == 4, arguments[2] == "hexadecimal" {
      fuzzer.run(bytes(arguments[3]))
      return
    }
    unsafe chosen = fuzzer
    let passed = [arguments[0], "-max_len=\(fuzzer.longestInput)"] + arguments.dropFirst(2)
    // The driver keeps the arguments as long as the program runs, so nobody frees them.
    let copies = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: passed.count + 1)
    for (index, argument) in passed.enumerated() {
      let text = Array(argument.utf8CString)
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.count)
      unsafe copy.initialize(from: text, count: text.count)
      unsafe copies[index] = copy
    }
    unsafe copies[passed.count] = nil
    var count = Int32(passed.count)
    var pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe copies
    _ = unsafe LLVMFuzzerRunDriver(&count, &pointer) { bytes, length in
      unsafe Fuzz.chosen.run(Array(UnsafeBufferPointer(start: bytes, count: length)))
      return 0
    }
  }

  private static func bytes(_ digits: String) -> [UInt8] {
    let digits = Array(digits)
    return stride(from: 0, to: digits.count - 1, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
  }
}
