import Foundation

/// SIPp's own callee: answers, takes re-INVITEs, answers BYE.
final class SIPpAnswerer {
  let port = Workplace.freePort()
  private let child: ChildProcess

  private let folder: String

  /// - Parameters:
  ///   - scenario: `answer` takes four re-INVITEs, no more and no less; `answer-all` any number.
  ///   - prefix: what stands before the program and its arguments, to run it in another network namespace.
  init(_ workplace: Workplace, scenario: String = "answer", address: String = "127.0.0.1", prefix: [String] = []) throws {
    folder = workplace.folder.path
    child = try ChildProcess(
      "/usr/bin/env",
      prefix + [
        Workplace.interopScript, "exec", "sipp", "-sf",
        Workplace.root.appendingPathComponent("Tests/InteropTests/Peers/\(scenario).xml").path, "-i", address, "-p", "\(port)",
        "-m",
        "1",
        "-nostdin", "-timeout", "120s", "-trace_msg",
      ], environment: ["OFFHOOK_PEER_FOLDER": folder])
  }

  /// Where the descriptions that it was sent wanted the voice, in order.
  var addresses: [String] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let texts = files.filter { $0.hasPrefix("answer") && $0.hasSuffix("_messages.log") }.compactMap {
      try? String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)
    }
    return texts.joined().split(whereSeparator: \.isNewline).filter { $0.hasPrefix("c=IN IP4 ") }.map { String($0.dropFirst(9)) }
  }

  /// The call ended as it should: SIPp is content with what it got.
  var sawBye: Bool { child.waitForExit(within: 10) == 0 }

  func stop() { child.stop() }
}
