import Glibc

/// Where the program's files live, after the XDG base directory specification.
public struct StandardPaths: Hashable, Sendable {
  /// `~/.config/offhook`: what the user writes.
  public var configuration: String
  /// `~/.local/share/offhook`: history.
  public var data: String
  /// What tells the answer rules of this configuration file from those of another one: nil for the usual file.
  private var rulesMark: String?
  /// `~/.local/state/offhook`: logs.
  public var state: String
  /// `~/.cache/offhook`: what can be made again.
  public var cache: String
  /// `$XDG_RUNTIME_DIR/offhook`: sockets; nil when the session has no such folder.
  public var runtime: String?

  /// - Parameter environment: nil for a variable that is not set. A relative path in a variable is passed over, as the
  /// specification asks.
  public init(environment: (String) -> String?) {
    let home = environment("HOME").flatMap { $0.isEmpty ? nil : $0 } ?? "/"
    func folder(_ variable: String, _ usual: String) -> String {
      let given = environment(variable).flatMap { $0.hasPrefix("/") ? $0 : nil }
      return (given ?? home + "/" + usual) + "/offhook"
    }
    configuration = folder("XDG_CONFIG_HOME", ".config")
    data = folder("XDG_DATA_HOME", ".local/share")
    state = folder("XDG_STATE_HOME", ".local/state")
    cache = folder("XDG_CACHE_HOME", ".cache")
    runtime = environment("XDG_RUNTIME_DIR").flatMap { $0.hasPrefix("/") ? $0 + "/offhook" : nil }
  }

  /// Those of this process.
  public init() {
    self.init { name in unsafe getenv(name).map { unsafe String(cString: $0) } }
  }

  public var configurationFile: String { configuration + "/config.toml" }
  /// What names this installation to registrars.
  public var instanceFile: String { data + "/instance" }
  public var historyFile: String { data + "/history.sqlite" }
  /// The answer rules as they were edited on the screen.
  public var rulesFile: String { data + "/answer-rules" + (rulesMark.map { "." + $0 } ?? "") }
  public var logFile: String { state + "/offhook.log" }

  /// Those of the demo, whose calls and rules are not the user's.
  public var demo: StandardPaths {
    var paths = self
    paths.data += "/demo"
    return paths
  }

  /// Those of a phone with another configuration file, which has answer rules of its own: what is edited here would take the place
  /// of what was edited there.
  public func with(configurationFile file: String) -> StandardPaths {
    var paths = self
    let whole = Self.absolute(file)
    guard whole != Self.absolute(configurationFile) else { return paths }
    // A name of a file has 255 bytes; the end of a path tells more than its beginning.
    let end = whole.utf8.suffix(200).map { $0 == UInt8(ascii: "/") ? UInt8(ascii: "%") : $0 }
    paths.rulesMark = String(decoding: end, as: UTF8.self)
    return paths
  }

  private static func absolute(_ path: String) -> String {
    guard let found = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(found) }
    return unsafe String(cString: found)
  }

  /// Makes a folder and those above it, for its owner only. False when that is not possible.
  @discardableResult
  static func makeFolder(_ path: String) -> Bool {
    var prefix = path.hasPrefix("/") ? "" : "."
    for part in path.split(separator: "/") {
      prefix += "/" + part
      if unsafe mkdir(prefix, 0o700) != 0, errno != EEXIST, unsafe access(prefix, F_OK) != 0 { return false }
    }
    return unsafe access(path, W_OK) == 0
  }

  static func folder(of file: String) -> String {
    guard let slash = file.lastIndex(of: "/") else { return "." }
    return slash == file.startIndex ? "/" : String(file[..<slash])
  }
}
