import Phone
import SansIO
import Testing

@Suite("The command table")
struct CommandTableTests {
  @Test(
    "Each word orders what it says",
    arguments: [
      ("dial sip:bob@example.com", PhoneCommand.dial("sip:bob@example.com", account: nil)),
      ("call Clara Weiss via 2", .dial("Clara Weiss", account: "2")),
      ("  DIAL   +49 30 123 ", .dial("+49 30 123", account: nil)),
      ("dial via", .dial("via", account: nil)),
      ("answer", .answer(nil)), ("answer 3", .answer(CallID(3))), ("answer-muted", .answerMuted(nil)),
      ("reject", .reject(nil, status: nil)), ("reject 2", .reject(CallID(2), status: nil)),
      ("reject 603", .reject(nil, status: 603)), ("reject 2 486", .reject(CallID(2), status: 486)),
      ("hangup", .hangUp(nil)), ("hold 1", .hold(CallID(1))), ("resume", .resume(nil)), ("swap", .swap),
      ("select 2", .select(CallID(2))), ("mute", .mute), ("unmute", .unmute), ("talk", .talk),
      ("dtmf 12 3#a", .sendDigits("123#A")), ("policy auto", .answerAutomatically(true)),
      ("policy ring", .answerAutomatically(false)), ("dnd on", .doNotDisturb(true)), ("dnd OFF", .doNotDisturb(false)),
      ("register", .register(account: nil)), ("unregister alice@example.com", .unregister(account: "alice@example.com")),
      ("follow", .followRedirection(nil, true)), ("decline 1", .followRedirection(CallID(1), false)),
      ("status", .status), ("q", .quit), ("silence", .silenceRinger(nil)),
    ])
  func parses(line: String, command: PhoneCommand) throws {
    #expect(try CommandTable.parse(line) == command)
  }

  @Test(
    "A line that cannot be read says what was expected",
    arguments: [
      ("hangupp", CommandError.Code.unknownWord, "There is no command hangupp. Did you mean hangup?"),
      ("dial", .missingArgument, "dial needs a URI, a number or a contact's name."),
      ("swap 1", .tooManyArguments, "swap takes no argument."),
      ("answer x", .unusableArgument, "answer takes numbers; expected: answer [CALL]."),
      ("reject 1 200", .unusableArgument, "reject takes a status from 300 to 699; expected: reject [CALL] [STATUS]."),
      ("reject 1 486 2", .tooManyArguments, "Expected: reject [CALL] [STATUS]."),
      ("dtmf hello", .unusableArgument, "dtmf takes up to 64 digits: 0-9, *, #, A-D."),
      ("dnd maybe", .unusableArgument, "dnd takes on or off."),
      ("policy", .missingArgument, "policy needs auto, ring, list, why, try, add"),
      ("", .empty, "A command was expected: dial,"),
      ("answer 99999999999999999999", .unusableArgument, "answer takes numbers"),
    ])
  func errors(line: String, code: CommandError.Code, beginning: String) {
    do {
      _ = try CommandTable.parse(line)
      Issue.record("\(line) should not be a command")
    } catch {
      #expect(error.code == code)
      #expect(error.expected.hasPrefix(beginning), "\(error.expected)")
    }
  }

  @Test("No two rows share a word, and each has a sentence")
  func table() {
    let words = CommandTable.words.flatMap { [$0.word] + $0.aliases }
    #expect(words.count == words.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.count)
    for row in CommandTable.words { #expect(row.help.hasSuffix(".")) }
  }

  @Test("Completion knows words, contacts, calls and choices")
  func completion() {
    var snapshot = PhoneSnapshot()
    snapshot.contacts = [ContactSnapshot(name: "Clara Weiss", label: "", uri: "sip:clara@example.com")]
    snapshot.accounts = [AccountSnapshot(number: 1, address: "alice@example.com", state: .ready)]
    #expect(CommandTable.completions(for: "un", in: snapshot) == ["unmute", "unregister "])
    #expect(CommandTable.completions(for: "dial cl", in: snapshot) == ["dial Clara Weiss"])
    #expect(CommandTable.completions(for: "policy ", in: snapshot).prefix(3) == ["policy auto", "policy ring", "policy list"])
    #expect(CommandTable.completions(for: "register a", in: snapshot) == ["register alice@example.com"])
    #expect(CommandTable.completions(for: "nonsense x", in: snapshot) == [])
  }
}
