import Glibc
import Locking
import Phone
import PhoneSystem
import PhoneTUI

/// One command a line on standard input; on standard output one JSON object a line, or in the linear form sentences.
struct HeadlessFrontEnd {
  private let configuration: Configuration
  private let complaints: [String]
  private let library: @Sendable (String) -> [UInt8]?
  private let paths: StandardPaths
  private let isLinear: Bool

  init(_ loaded: ConfigurationSource.Loaded, isLinear: Bool = false) {
    configuration = loaded.configuration
    complaints = loaded.complaints
    library = loaded.library
    paths = loaded.paths
    self.isLinear = isLinear
  }

  /// What is written, and what typed lines mean.
  private final class Tongue: Sendable {
    private let output = StandardOutput()
    private let linear: Lock<LinearText>?

    init(isLinear: Bool) {
      linear = isLinear ? Lock(LinearText()) : nil
      if isLinear { output.write(LinearText.greeting) }
    }

    func say(_ event: PhoneEvent) {
      guard let linear else { return output.write(HeadlessFormat.line(event)) }
      for line in linear.withLock({ $0.lines(event) }) { output.write(line) }
    }

    func command(of line: String) throws(CommandError) -> PhoneCommand {
      try CommandTable.parse(linear?.withLock { $0.command(of: line) } ?? line)
    }
  }

  /// Returns the exit code.
  func run() -> Int32 {
    let signals = SignalWatch()
    return run(on: SignallingThread(), signals)
  }

  /// `signals` must have been made before `thread`, which inherits that they are blocked.
  func run(on thread: SignallingThread, _ signals: SignalWatch) -> Int32 {
    let tongue = Tongue(isLinear: isLinear)
    let finished = Gate()
    let phone = PhoneEngine(
      configuration, on: thread, paths: paths, library: library,
      observer: PhoneEngine.Observer(event: { tongue.say($0) }, finished: { finished.open() }))
    for complaint in complaints { phone.post(.notice(.warning, complaint)) }
    let status = StatusServer(phone)
    signals.start { phone.send(.quit) }
    // A thread of its own, so that a signal can end the program while nobody types.
    let input = SystemThread(name: "input") {
      var reader = LineReader(descriptor: STDIN_FILENO)
      while let line = reader.next() {
        if line.allSatisfy(\.isWhitespace) { continue }
        do throws(CommandError) {
          let command = try tongue.command(of: line)
          phone.send(command)
          if command == .quit { return }
        } catch {
          tongue.say(.error(ErrorReport(reason: error.expected)))
        }
      }
      // The end of the input is the end of whoever steered the phone.
      phone.send(.quit)
    }
    finished.wait()
    status?.close()
    phone.close()
    _ = input
    return 0
  }
}
