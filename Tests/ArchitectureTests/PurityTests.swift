import Testing

@Suite("Purity (same inputs, same outputs, on every machine)")
struct PurityTests {
  /// Types and functions that are the world in disguise, as words of the code.
  private static let bannedWords: [(word: String, why: String)] = [
    ("ContinuousClock", "reads a clock"), ("SuspendingClock", "reads a clock"), ("DispatchTime", "reads a clock"),
    ("clock_gettime", "reads a clock"), ("gettimeofday", "reads a clock"), ("DispatchQueue", "is a thread"),
    ("SystemRandomNumberGenerator", "cannot be seeded"), ("getrandom", "cannot be seeded"), ("arc4random", "cannot be seeded"),
    ("Task", "does not promise order"), ("TaskGroup", "does not promise order"), ("MainActor", "is a thread"),
    ("Mutex", "is a lock"), ("Atomic", "is shared state"), ("NSLock", "is a lock"), ("pthread_create", "is a thread"),
    ("await", "waits"), ("async", "waits"), ("actor", "is shared state"), ("FileManager", "reads the disk"),
    ("FileHandle", "reads the disk"), ("ProcessInfo", "reads the process"), ("CommandLine", "reads the process"),
    ("getenv", "reads the process"), ("hashValue", "differs from process to process"),
    ("Hasher()", "differs from process to process"),
    ("ObjectIdentifier", "differs from process to process"), ("nonisolated(unsafe)", "is shared state"),
  ]

  /// Free functions of the C library: banned as calls, while an enum case or a method may carry the same name.
  private static let bannedCalls = [
    "open", "close", "read", "write", "socket", "bind", "listen", "connect", "accept", "send", "recv", "sendto", "recvfrom", "poll",
    "select", "sleep", "usleep", "nanosleep", "time", "rand", "random", "srand", "drand48", "fopen", "fread", "fwrite", "printf",
    "print",
    "debugPrint", "dump", "readLine", "exit", "abort", "getaddrinfo", "UUID",
  ]

  /// Parts of expressions that draw from a generator nobody seeded, or ask the present.
  private static let bannedPieces = [".random(", ".randomElement()", ".shuffled()", ".shuffle()", "Date()", "Date.now", ".now()"]

  @Test("No clock, randomness, thread, lock, file or socket in a pure room", arguments: House.pureRooms)
  func roomIsPure(room: String) {
    let files = House.files(of: room)
    // A method of the room's own may carry such a name; its callers within the type write it without a dot.
    let own = Set(Self.bannedCalls.filter { call in files.contains { $0.code.contains("func \(call)(") } })
    for file in files {
      for (word, why) in Self.bannedWords {
        for place in file.occurrences(of: word) { Issue.record("\(file.path):\(place.line) says \(word), which \(why)") }
      }
      for piece in Self.bannedPieces where file.code.contains(piece) { Issue.record("\(file.path) says \(piece)") }
      for call in Self.bannedCalls where !own.contains(call) {
        for place in file.occurrences(of: call + "(") where Self.isFreeCall(call, place.before) {
          Issue.record("\(file.path):\(place.line) calls \(call)()")
        }
      }
    }
  }

  /// True for a call of a global function: neither a declaration nor a member.
  private static func isFreeCall(_ call: String, _ before: Substring) -> Bool {
    if let last = before.last, last == "." || last.isLetter || last.isNumber || last == "_" || last == "`" { return false }
    let words = before.split(whereSeparator: { $0 == " " || $0 == "(" || $0 == "," })
    if let last = words.last, last == "func" || last == "case" { return false }
    // Further cases of one `case a(…), b(…)` line.
    return !words.contains("case")
  }

  @Test("No error without a type in a pure room, and no forced try anywhere")
  func errorsAreTyped() {
    for file in House.files where House.pureRooms.contains(file.room) {
      for place in file.occurrences(of: "any Error") { Issue.record("\(file.path):\(place.line) says any Error") }
    }
    for file in House.files {
      #expect(!file.code.contains("try!"), "\(file.path) forces a try")
      #expect(!file.code.contains("fatalError("), "\(file.path) calls fatalError; a precondition says what was wrong")
    }
  }

  @Test("The reader of source files blanks comments and strings and nothing else")
  func readerBlanks() {
    let text = """
      let a = "Task // no" /* open( /* nested */ */ + b // UUID()
      let c = #"raw " Mutex"# + d
      """
    let file = SourceFile(room: "x", path: "x.swift", text: text)
    #expect(file.occurrences(of: "Task").isEmpty)
    #expect(file.occurrences(of: "Mutex").isEmpty)
    #expect(file.occurrences(of: "UUID(").isEmpty)
    #expect(file.occurrences(of: "open(").isEmpty)
    #expect(file.code.contains("+ b") && file.code.contains("+ d") && file.code.contains("let c ="))
  }

  @Test("The rule sees what it forbids, and lets enum cases and methods pass")
  func ruleCanFail() {
    let bad = SourceFile(room: "x", path: "x.swift", text: "let fd = open(path)\nlet t = Task { }\n")
    #expect(bad.occurrences(of: "open(").contains { Self.isFreeCall("open", $0.before) })
    #expect(bad.occurrences(of: "Task").count == 1)
    let good = SourceFile(room: "x", path: "x.swift", text: "case open(FlowID), close(FlowID)\nnetwork.open(flow)\nTaskList()\n")
    #expect(!good.occurrences(of: "open(").contains { Self.isFreeCall("open", $0.before) })
    #expect(!good.occurrences(of: "close(").contains { Self.isFreeCall("close", $0.before) })
    #expect(good.occurrences(of: "Task").isEmpty)
  }
}
