import Foundation

/// SIPp's own callee: answers, takes re-INVITEs, answers BYE.
final class SIPpAnswerer {
  let port = Workplace.freePort()
  private let child: ChildProcess

  init(_ workplace: Workplace) throws {
    child = try ChildProcess(
      Workplace.interopScript,
      [
        "exec", "sipp", "-sf", Workplace.root.appendingPathComponent("Tests/InteropTests/Peers/answer.xml").path, "-i", "127.0.0.1",
        "-p", "\(port)", "-m", "1", "-nostdin", "-timeout", "120s",
      ], environment: ["OFFHOOK_PEER_FOLDER": workplace.folder.path])
  }

  /// The call ended as it should: SIPp is content with what it got.
  var sawBye: Bool { child.waitForExit(within: 10) == 0 }

  func stop() { child.stop() }
}
