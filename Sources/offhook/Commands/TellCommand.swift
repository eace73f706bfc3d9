import ArgumentParser
import Phone

/// `offhook tell`: a command of the headless mode for the phone that runs in this session, for keys of a desktop and for scripts.
struct TellCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tell", abstract: "Gives a command to the running phone.",
    discussion: """
      The commands are those of the headless mode and of the `:` line: answer, talk, hangup, dnd on, away off, lock on …
      A screen locker tells the phone by them: xss-lock -- sh -c 'offhook tell lock on; i3lock -n; offhook tell lock off'
      """)

  @Argument(parsing: .captureForPassthrough, help: "The command and what belongs to it.")
  var words: [String]

  mutating func run() throws {
    let line = words.joined(separator: " ")
    // What makes no sense is told here, whether a phone runs or not.
    do throws(CommandError) {
      _ = try CommandTable.parse(line)
    } catch {
      throw ValidationError(error.expected)
    }
    let answer = try StatusCommand.ask(StatusServer.order + line)
    if answer != "\n" {
      StandardError.say(String(answer.prefix { $0 != "\n" }))
      throw ExitCode(1)
    }
  }
}
