import SIPMessages
import SIPUserAgent
import SansIO
import Testing

@Suite("RFC 4475 and RFC 5118: what a user agent does with the torture messages")
struct TortureTests {
  @Test("The table is there")
  func table() {
    #expect(TortureCase.all.count > 50)
  }

  @Test("Each message gets the answer that the RFC asks for", arguments: TortureCase.all)
  func answer(_ row: TortureCase) throws {
    let bytes = try row.bytes
    var world = World(agents: 1)
    world.input(0, .network(.datagram(bytes, from: World.peer(), to: World.listener)))
    world.run(for: .milliseconds(50))
    let statuses = world.ladder.compactMap { $0.split(separator: " ").dropFirst().first.map(String.init) }
    let isRefused = statuses.contains { Int($0) ?? 0 >= 300 }
    let outcome =
      isRefused
      ? statuses.first { Int($0) ?? 0 >= 300 } ?? "" : statuses.isEmpty && world.events[0].isEmpty ? "dropped" : "accepted"
    // A message that is well formed and names a dialog which we never had.
    let namesDialog = (try? MessageParser.parse(bytes))?.essentials.toTag != nil
    let isRight = row.answers.contains(outcome) || (namesDialog && outcome == "481" && row.answers.contains("accepted"))
    #expect(isRight, "\(row.file): \(outcome) where \(row.answers) is asked for")
    // Whatever came, the user agent still works.
    world.send(Script.request("OPTIONS", branch: "z9hG4bKstill", callID: "still"))
    world.run(for: .seconds(1))
    #expect(world.responses(.ok).contains { $0.callID == "still" })
  }
}
