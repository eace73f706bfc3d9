import ArgumentParser
import Phone
import PhoneSystem

/// Where the configuration comes from, and how it is read: an option that several commands share.
struct ConfigurationSource: ParsableArguments {
  @Option(name: .long, help: "The configuration file, in place of ~/.config/offhook/config.toml.")
  var config: String?

  /// What was read, and what is to be said about it.
  struct Loaded {
    var configuration: Configuration
    /// Warnings and errors of the file, and passwords that could not be had. The phone goes on without what they are about.
    var complaints: [String]
    /// Documents that need no fetching, by their addresses; the demo has its certificates there.
    var library: @Sendable (String) -> [UInt8]? = { _ in nil }
    /// Where the phone keeps what it has to remember.
    var paths = StandardPaths()
  }

  var path: String { config ?? StandardPaths().configurationFile }

  /// Reads the file and asks the password commands. A missing file at the usual place is no error: the phone then calls directly.
  ///
  /// - Throws: `ExitCode` 2 after a sentence on standard error, when the file cannot be used at all.
  func load() throws -> Loaded {
    let file: ConfigurationFile
    do {
      file = try ConfigurationFile(path: path)
    } catch .missing(let path) {
      guard config == nil else { throw StandardError.refusal("\(path) does not exist") }
      var configuration = Configuration()
      _ = AlertFiles.add(to: &configuration, folder: nil)
      return Loaded(
        configuration: configuration,
        complaints: [
          "There is no configuration yet (\(path)); calls work directly, by address. `offhook config example` prints one."
        ])
    } catch .unreadable(let sentence) {
      throw StandardError.refusal(sentence)
    }
    var (configuration, problems) = ConfigurationParser.parse(file.bytes, file: path)
    var complaints = problems.map(\.description)
    if let refusal = file.refusal(holdsPassword: configuration.holdsPassword) { throw StandardError.refusal(refusal) }
    complaints += AlertFiles.add(to: &configuration, folder: AlertFiles.folder(of: path))
    complaints += IdentityFiles.add(to: &configuration, folder: AlertFiles.folder(of: path))
    for index in configuration.accounts.indices {
      guard let command = configuration.accounts[index].passwordCommand else { continue }
      do {
        configuration.accounts[index].password = try PasswordCommand.run(command)
      } catch {
        complaints.append("\(configuration.accounts[index].name): \(error.text)")
      }
    }
    problems.removeAll { $0.severity == .warning }
    // A screen would hide what stands on standard error, so both get it: here, and as notices.
    for complaint in complaints { StandardError.say(complaint) }
    return Loaded(
      configuration: configuration, complaints: complaints, paths: StandardPaths().with(configurationFile: path))
  }
}
