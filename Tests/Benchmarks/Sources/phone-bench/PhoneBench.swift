import Glibc

/// Times a running phone (ours, baresip, any) from the outside. See the README beside the package for the commands.
@main
enum PhoneBench {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    switch arguments.first {
    case "latency" where arguments.count >= 3: latency(arguments)
    case "rate" where arguments.count >= 3: rate(arguments)
    case "caller" where arguments.count == 4: caller(arguments)
    case "start" where arguments.count >= 4: start(arguments)
    case "establish" where arguments.count >= 3: establish(arguments)
    case "idle" where arguments.count >= 3: idle(arguments)
    case "edges" where arguments.count >= 4:
      let counts = Edges(port: UInt16(arguments[1])!, count: Int(arguments[2])!).serve(seconds: Int64(arguments[3])!)
      print("\(counts.registers) REGISTER and \(counts.probes) STUN requests came")
    default:
      print(
        """
        usage: phone-bench latency PORT USER [CALLS]          INVITE to 200, one call after the other
               phone-bench rate PORT USER [SECONDS] [CALLERS] finished calls a second
               phone-bench start PORT RUNS COMMAND…           exec to the first answer to OPTIONS
               phone-bench establish PORT USER [N] [RATE]     session establishment rate (RFC 7502), from RATE on
               phone-bench edges PORT COUNT SECONDS           edge proxies that confirm REGISTER and answer STUN
               phone-bench idle PID SECONDS                   CPU time and private memory of a process
        """)
      exit(2)
    }
  }

  static func latency(_ arguments: [String]) {
    let count = arguments.count > 3 ? Int(arguments[3])! : 200
    let caller = Caller(peer: UInt16(arguments[1])!, user: arguments[2])
    var times: [Int64] = []
    for number in 0..<count {
      if let time = caller.call(number) { times.append(time) }
      // A pause, so that each call finds the phone as a person's call would: idle.
      usleep(20_000)
    }
    report("INVITE to 200", times)
    if times.count > 1 { print("first \(text(times[0])), second \(text(times[1]))") }
    print("\(times.count) passed, \(count - times.count) failed")
  }

  /// Callers are processes of their own, so that the bench is not what is measured.
  static func rate(_ arguments: [String]) {
    let seconds = arguments.count > 3 ? Int64(arguments[3])! : 5
    let callers = arguments.count > 4 ? Int(arguments[4])! : 8
    var children: [(pid_t, Int32)] = []
    for _ in 0..<callers {
      var ends: [Int32] = [0, 0]
      pipe(&ends)
      children.append((spawn(["/proc/self/exe", "caller", arguments[1], arguments[2], "\(seconds)"], output: ends[1]), ends[0]))
      close(ends[1])
    }
    var passed: Int64 = 0
    var failed: Int64 = 0
    for (child, descriptor) in children {
      var buffer = [UInt8](repeating: 0, count: 100)
      let count = read(descriptor, &buffer, buffer.count)
      let words = String(decoding: buffer[..<max(0, count)], as: UTF8.self).split(separator: " ").compactMap { Int64($0) }
      var status: Int32 = 0
      waitpid(child, &status, 0)
      passed += words.first ?? 0
      failed += words.count > 1 ? words[1] : 0
    }
    print("\(passed / seconds) calls a second with \(callers) callers; \(passed) passed, \(failed) failed")
  }

  static func establish(_ arguments: [String]) {
    let sessions = arguments.count > 3 ? Int(arguments[3])! : 2000
    var bench = EstablishmentRate(peer: UInt16(arguments[1])!, user: arguments[2], sessions: sessions)
    let rate = bench.find(initial: arguments.count > 4 ? Int(arguments[4])! : 100)
    print("session establishment rate (RFC 7502, UDP, no media, N = \(sessions)): \(rate) a second")
  }

  static func caller(_ arguments: [String]) {
    let end = monotonic() + Int64(arguments[3])! * 1_000_000_000
    let caller = Caller(peer: UInt16(arguments[1])!, user: arguments[2])
    var passed = 0
    var failed = 0
    while monotonic() < end {
      if caller.call(passed + failed) == nil { failed += 1 } else { passed += 1 }
    }
    print("\(passed) \(failed) ")
  }

  static func start(_ arguments: [String]) {
    var times: [Int64] = []
    for run in 0..<Int(arguments[2])! {
      let before = monotonic()
      let child = spawn(Array(arguments[3...]))
      let caller = Caller(peer: UInt16(arguments[1])!, user: "x", timeout: 1)
      while !caller.options(run), monotonic() - before < 10_000_000_000 {}
      times.append(monotonic() - before)
      kill(child, SIGKILL)
      var status: Int32 = 0
      waitpid(child, &status, 0)
    }
    report("exec to answering OPTIONS", times)
  }

  static func idle(_ arguments: [String]) {
    let process = arguments[1]
    let seconds = UInt32(arguments[2])!
    let before = cpu(process)
    sleep(seconds)
    let used = cpu(process) - before
    print("CPU \(used * 60 / Double(seconds)) ms a minute; private memory \(privateKilobytes(process)) kB")
  }

  /// CPU time of a process in milliseconds, its ended threads included.
  static func cpu(_ process: String) -> Double {
    var identifier = clockid_t()
    var time = timespec()
    guard let pid = pid_t(process), clock_getcpuclockid(pid, &identifier) == 0 else { return 0 }
    guard clock_gettime(identifier, &time) == 0 else { return 0 }
    return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
  }

  static func privateKilobytes(_ process: String) -> Int {
    file("/proc/\(process)/smaps_rollup").split(separator: "\n").filter { $0.hasPrefix("Private_") }
      .compactMap { Int($0.split(separator: " ")[1]) }.reduce(0, +)
  }

  static func file(_ path: String) -> String {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { return "" }
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }

  /// - Parameter output: where its standard output goes; nil throws it away.
  static func spawn(_ command: [String], output: Int32? = nil) -> pid_t {
    var pid: pid_t = 0
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    // A pipe nobody writes to: several phones end when standard input does.
    var ends: [Int32] = [0, 0]
    pipe(&ends)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    if let output {
      posix_spawn_file_actions_adddup2(&actions, output, 1)
    } else {
      posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    posix_spawnp(&pid, words[0]!, &actions, nil, &words, environ)
    close(ends[0])
    return pid
  }

  static func report(_ what: String, _ times: [Int64]) {
    let sorted = times.sorted()
    guard !sorted.isEmpty else { return print("\(what): nothing was answered") }
    let at = { (share: Double) in text(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]) }
    print("\(what): median \(at(0.5)), p99 \(at(0.99)), min \(at(0)), max \(at(1)) over \(sorted.count)")
  }

  static func text(_ nanoseconds: Int64) -> String {
    let hundredths = nanoseconds / 10_000
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) ms"
  }
}
