/// One thing to break: reads the bytes as it likes, and stops the program when something that must hold does not.
protocol Fuzzer {
  static var name: String { get }
  /// What it reads and what it holds to be true, in a few words.
  static var summary: String { get }
  /// Longer inputs only cost time.
  static var longestInput: Int { get }
  static func run(_ bytes: [UInt8])
}

extension Fuzzer {
  static var longestInput: Int { 4096 }
}

/// Stops the program: the driver then writes the input to a file.
func require(_ condition: Bool, _ what: @autoclosure () -> String, line: UInt = #line, file: StaticString = #fileID) {
  if !condition { fatalError(what(), file: file, line: line) }
}
