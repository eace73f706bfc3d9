import ArgumentParser
import Exchange
import PhoneSystem

/// `offhook demo`: the phone against an exchange inside the program. No account, no server, no network, no sound card.
struct DemoCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "demo", abstract: "Opens the phone against an exchange inside the program, on loopback.")

  @Flag(help: "Drive the demo by lines on standard input, as with offhook --headless.") var headless = false

  @Flag(help: "Drive the demo by lines, and hear of it in sentences, as with offhook --linear.") var linear = false

  mutating func run() throws {
    let isLinear = !headless && (linear || Accessibility.isWanted)
    let signals = headless || isLinear ? SignalWatch() : nil
    let thread = SignallingThread()
    guard let exchange = DemoExchange(on: thread) else { throw ExitCode(1) }
    let loaded = ConfigurationSource.Loaded(
      configuration: DemoConfiguration.make(edges: exchange.edges), complaints: [],
      library: { ExchangeAuthority.certificate(at: $0) }, paths: StandardPaths().demo)
    let code =
      if let signals {
        HeadlessFrontEnd(loaded, isLinear: isLinear).run(on: thread, signals)
      } else {
        ScreensFrontEnd(loaded).run(on: thread)
      }
    exchange.close()
    throw ExitCode(code)
  }
}
