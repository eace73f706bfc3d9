import Foundation

/// A scenario of SIPp, put together out of steps. SIPp sends it once and says by its exit code whether all came as it should.
struct SIPpScenario {
  /// What a received message must hold, or must not.
  struct Check {
    var pattern: String
    var isAbsent = false

    static func has(_ pattern: String) -> Check { Check(pattern: pattern) }
    static func lacks(_ pattern: String) -> Check { Check(pattern: pattern, isAbsent: true) }
  }

  private var steps = ""
  private var variables: [String] = []

  /// Text as it is sent; the words in brackets are SIPp's.
  mutating func send(_ text: String, repeats: Bool = false) {
    steps += "<send\(repeats ? " retrans=\"500\"" : "")><![CDATA[\n\n\(text)\n]]></send>\n"
  }

  mutating func receive(_ status: Int, _ checks: Check..., isOptional: Bool = false) {
    receive("response=\"\(status)\"\(isOptional ? " optional=\"true\"" : "")", checks)
  }

  mutating func receive(request method: String, _ checks: Check...) { receive("request=\"\(method)\"", checks) }

  mutating func receive(request method: String, _ checks: [Check]) { receive("request=\"\(method)\"", checks) }

  /// Keeps what fits the pattern in that field, for later steps to use as `[$name]`.
  mutating func receive(
    request method: String, keeping name: String, _ pattern: String, of field: String, _ checks: Check...
  ) {
    variables.append(name)
    receive(
      "request=\"\(method)\"", checks,
      first:
        "<ereg regexp=\"\(Self.escaped(pattern))\" search_in=\"hdr\" header=\"\(field)\" check_it=\"true\" assign_to=\"\(name)\"/>\n"
    )
  }

  private mutating func receive(_ what: String, _ checks: [Check], first: String = "") {
    steps += "<recv \(what)>\n"
    if !checks.isEmpty || !first.isEmpty { steps += "<action>\n\(first)" }
    for check in checks {
      variables.append("v\(variables.count + 1)")
      steps +=
        "<ereg regexp=\"\(Self.escaped(check.pattern))\" search_in=\"msg\" "
        + "\(check.isAbsent ? "check_it_inverse" : "check_it")=\"true\" "
        + "assign_to=\"\(variables.last ?? "")\"/>\n"
    }
    if !checks.isEmpty || !first.isEmpty { steps += "</action>\n" }
    steps += "</recv>\n"
  }

  private static func escaped(_ pattern: String) -> String {
    pattern.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;").replacingOccurrences(of: "\"", with: "&quot;")
  }

  mutating func pause(_ milliseconds: Int) { steps += "<pause milliseconds=\"\(milliseconds)\"/>\n" }

  var xml: String {
    let names = variables.isEmpty ? "" : "<Reference variables=\"\(variables.joined(separator: ","))\"/>\n"
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<scenario name=\"offhook\">\n\(steps)\(names)</scenario>\n"
  }

  /// Starts SIPp with it; `port` is its own.
  func start(_ workplace: Workplace, against target: UInt16?, port: UInt16) throws -> ChildProcess {
    let file = "scenario-\(UUID().uuidString.prefix(8)).xml"
    try workplace.write(xml, to: file)
    var arguments = ["exec", "sipp", "-sf", workplace.path(file)]
    if let target { arguments.append("127.0.0.1:\(target)") }
    arguments += [
      "-i", "127.0.0.1", "-p", "\(port)", "-m", "1", "-nostdin", "-timeout", "30s", "-timeout_error", "-recv_timeout", "10000",
      "-trace_err", "-error_file", workplace.path("sipp-errors-\(port)"),
    ]
    let child = try ChildProcess(Workplace.interopScript, arguments)
    // Who calls it before it is there is refused.
    if target == nil, !Workplace.isTaken(port, within: 10) { throw PeerProblem(name: "sipp", transcript: child.transcript) }
    return child
  }

  /// What SIPp complained of.
  static func complaints(_ workplace: Workplace, port: UInt16) -> String {
    (try? String(contentsOfFile: workplace.path("sipp-errors-\(port)"), encoding: .utf8)) ?? ""
  }
}
