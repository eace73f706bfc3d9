import Glibc
import Phone
import PhoneSystem

/// One command a line on standard input, one JSON object a line on standard output.
struct HeadlessFrontEnd {
  private let configuration: Configuration
  private let complaints: [String]

  init(_ loaded: ConfigurationSource.Loaded) {
    configuration = loaded.configuration
    complaints = loaded.complaints
  }

  /// Returns the exit code.
  func run() -> Int32 {
    let signals = SignalWatch()
    return run(on: SignallingThread(), signals)
  }

  /// `signals` must have been made before `thread`, which inherits that they are blocked.
  func run(on thread: SignallingThread, _ signals: SignalWatch) -> Int32 {
    let output = StandardOutput()
    let finished = Gate()
    let phone = PhoneEngine(
      configuration, on: thread,
      observer: PhoneEngine.Observer(event: { output.write(HeadlessFormat.line($0)) }, finished: { finished.open() }))
    for complaint in complaints { phone.post(.notice(.warning, complaint)) }
    let status = StatusServer(phone)
    signals.start { phone.send(.quit) }
    // A thread of its own, so that a signal can end the program while nobody types.
    let input = SystemThread(name: "input") {
      var reader = LineReader(descriptor: STDIN_FILENO)
      while let line = reader.next() {
        if line.allSatisfy(\.isWhitespace) { continue }
        do throws(CommandError) {
          let command = try CommandTable.parse(line)
          phone.send(command)
          if command == .quit { return }
        } catch {
          output.write(HeadlessFormat.line(error))
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
