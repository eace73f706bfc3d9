import Glibc
import Phone
import PhoneSystem
import SansIO

/// One call without screens: registers, dials, says on standard error what happens, and ends with the call.
struct DialFrontEnd {
  private let loaded: ConfigurationSource.Loaded
  private let target: String
  private let account: String?
  private let options: DialOptions
  private let patience: Duration

  init(_ loaded: ConfigurationSource.Loaded, target: String, account: String?, options: DialOptions, patience: Duration) {
    self.loaded = loaded
    self.target = target
    self.account = account
    self.options = options
    self.patience = patience
  }

  /// Returns the exit code of `DialExitCode`.
  func run() -> Int32 {
    let signals = SignalWatch()
    let thread = SignallingThread()
    let progress = DialProgress(configuration: loaded.configuration, account: account)
    let finished = Gate()
    let phone = PhoneEngine(
      loaded.configuration, on: thread, paths: loaded.paths, takesCalls: false,
      observer: PhoneEngine.Observer(event: { progress.hear($0) }, finished: { finished.open() }))
    signals.start {
      progress.interrupt()
      phone.send(.hangUp(nil))
    }
    let ready = progress.waitForRegistration(patience)
    if ready {
      StandardError.say("calling \(target)")
      phone.send(.dial(target, account: account, options))
      progress.waitForEnd()
    }
    phone.send(.quit)
    finished.wait(for: .seconds(3))
    phone.close()
    return progress.code.rawValue
  }
}
