import Phone
import PhoneSystem
import PhoneTUI

/// The screens on the controlling terminal.
struct ScreensFrontEnd {
  private let configuration: Configuration
  private let complaints: [String]
  private let library: @Sendable (String) -> [UInt8]?
  private let paths: StandardPaths

  init(_ loaded: ConfigurationSource.Loaded) {
    configuration = loaded.configuration
    complaints = loaded.complaints
    library = loaded.library
    paths = loaded.paths
  }

  /// Returns the exit code.
  func run() -> Int32 {
    let thread = SignallingThread()
    let code = run(on: thread)
    thread.shutDown()
    return code
  }

  func run(on thread: SignallingThread) -> Int32 {
    let engine = LateBound<PhoneEngine>()
    let finished = Gate()
    let log = LogFile(path: paths.logFile)
    let screens = TUILoop { command in engine.value?.send(command) }
    let phone = PhoneEngine(
      configuration, on: thread, paths: paths, library: library,
      observer: PhoneEngine.Observer(
        event: { event in log.note(event) }, snapshot: { snapshot in screens.publish(snapshot) }, finished: { finished.open() }))
    engine.set(phone)
    for complaint in complaints { phone.post(.notice(.warning, complaint)) }
    let status = StatusServer(phone)
    let exit = screens.run()
    phone.send(.quit)
    finished.wait(for: .seconds(3))
    status?.close()
    phone.close()
    switch exit {
    case .terminalLost(let sentence):
      StandardError.say(sentence)
      return 1
    default:
      return 0
    }
  }
}
