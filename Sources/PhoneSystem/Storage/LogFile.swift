import CPlatform
import Glibc
import Locking
import SansIO

/// A log for the curious and for reports of faults: never on the screen, never larger than twice its bound.
///
/// When it is full it becomes `….1` and a new one is begun. Where it cannot be written it is silent: nobody calls to read a log.
public final class LogFile: Sendable {
  private struct State {
    var descriptor: Int32 = -1
    var size = 0
    var hasFailed = false
  }

  private let path: String
  private let bound: Int
  private let state = Lock(State())
  private let clock = SystemClock()

  /// The file and its folder are made by the first line.
  public init(path: String, bound: Int = 2 << 20) {
    self.path = path
    self.bound = bound
  }

  deinit {
    state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } }
  }

  /// Appends one line, with the time before it. Control characters are made visible: what a peer sends may stand in it.
  public func write(_ text: String) {
    var line = Array(Self.stamp(clock.now().wallTime).utf8)
    line.append(UInt8(ascii: " "))
    for scalar in text.unicodeScalars {
      let isControl = scalar.value < 32 || (127..<160).contains(scalar.value)
      line += isControl ? Array("\\u{\(String(scalar.value, radix: 16))}".utf8) : Array(String(scalar).utf8)
    }
    line.append(10)
    state.withLock { state in
      guard prepare(&state, for: line.count) else { return }
      let written = unsafe Glibc.write(state.descriptor, line, line.count)
      state.size += max(written, 0)
    }
  }

  private func prepare(_ state: inout State, for count: Int) -> Bool {
    if state.hasFailed { return false }
    if state.descriptor >= 0, state.size + count > bound {
      close(state.descriptor)
      state.descriptor = -1
      unsafe rename(path, path + ".1")
    }
    guard state.descriptor < 0 else { return true }
    StandardPaths.makeFolder(StandardPaths.folder(of: path))
    state.descriptor = unsafe open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
    state.size = state.descriptor < 0 ? 0 : max(Int(lseek(state.descriptor, 0, SEEK_END)), 0)
    state.hasFailed = state.descriptor < 0
    return !state.hasFailed
  }

  /// `2026-11-22T15:43:26.120Z`.
  static func stamp(_ time: WallTime) -> String {
    var text = [CChar](repeating: 0, count: 32)
    let length = unsafe text.withUnsafeMutableBufferPointer { buffer in
      unsafe buffer.baseAddress.map { unsafe cp_format_time(time.secondsSince1970, $0, buffer.count) } ?? 0
    }
    let seconds = String(decoding: text.prefix(length).dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let milliseconds = String(time.nanosecondsSince1970 / 1_000_000 % 1000)
    return "\(seconds).\(String(repeating: "0", count: max(3 - milliseconds.count, 0)))\(milliseconds)Z"
  }
}
