import Glibc
import Locking
public import Phone
import SansIO

/// The thread of the screens: keys and snapshots in, commands out, at most twenty pictures a second, and no wake-up while nothing
/// on the screen changes.
public final class TUILoop: Sendable {
  /// Two pictures are at least this far apart.
  private static let shortestFrame = Duration.milliseconds(50)
  /// But what a key asked for is shown at once, also while much happens.
  private static let shortestKeyFrame = Duration.milliseconds(10)
  /// Over ssh, those that no key asked for.
  private static let shortestRemoteFrame = Duration.milliseconds(250)

  private struct Mail: Sendable {
    var snapshot: PhoneSnapshot?
    var isStopping = false
  }

  private let send: @Sendable (PhoneCommand) -> Void
  private let keymap: Keymap
  private let canDetach: Bool
  private let mail = Lock(Mail())
  private let wake: WakePipe?

  /// `send` is called on the thread of `run`, in the order of the user's keys; it must not block.
  public init(
    keymap: Keymap = .standard, canDetach: Bool = false,
    send: @escaping @Sendable (PhoneCommand) -> Void
  ) {
    self.keymap = keymap
    self.canDetach = canDetach
    self.send = send
    wake = WakePipe()
  }

  /// Shows this state of the phone. From any thread; when several come between two pictures, the last one counts.
  public func publish(_ snapshot: PhoneSnapshot) {
    mail.withLock { $0.snapshot = snapshot }
    wake?.wake()
  }

  /// Makes `run` return `.quit`, from any thread.
  public func stop() {
    mail.withLock { $0.isStopping = true }
    wake?.wake()
  }

  /// Shows the screens on the controlling terminal until the user leaves. Blocks its thread, which ncurses then belongs to. The
  /// terminal is as it was before when this returns. Hanging up and unregistering are the caller's, by `PhoneCommand.quit`.
  public func run() -> TUIExit {
    guard let wake else { return .terminalLost("Too many files are open for one more pipe.") }
    let terminal: CursesTerminal
    do {
      terminal = try CursesTerminal(noColor: Self.isSet("NO_COLOR"), wake: wake)
    } catch {
      return .terminalLost(error.sentence)
    }
    defer { terminal.close() }
    let options = TUIOptions(
      keymap: keymap, glyphs: glyphs(for: terminal), localTime: { LocalTime.system($0) }, canDetach: canDetach)
    var model = TUIModel(options: options, columns: terminal.size.columns, rows: terminal.size.rows, now: Self.now())
    let newsFrame = Self.isSet("SSH_CONNECTION") ? Self.shortestRemoteFrame : Self.shortestFrame
    var lastDrawn: Instant?
    var isDirty = true
    var sawKeys = false
    while true {
      let now = Self.now()
      let mayDrawAt = lastDrawn.map { $0 + (sawKeys ? Self.shortestKeyFrame : newsFrame) } ?? now.instant
      if isDirty, mayDrawAt <= now.instant {
        // The tick gives the model the present, so that durations are drawn as of now.
        _ = model.update(.tick, now: now)
        terminal.draw(model.render())
        lastDrawn = now.instant
        isDirty = false
        sawKeys = false
      }
      let wanted = isDirty ? mayDrawAt : model.nextTick
      let (hasKeys, hasMail, isGone) = Self.wait(until: wanted, now: Self.now().instant, wake: wake)
      if isGone { return .terminalLost("The terminal was closed.") }
      var effects: [TUIEffect] = []
      if hasMail {
        for byte in wake.drain() {
          switch byte {
          case UInt8(ascii: "W"), UInt8(ascii: "C"):
            terminal.followSize()
            if byte == UInt8(ascii: "C") { terminal.redraw() }
            effects += model.update(.resized(columns: terminal.size.columns, rows: terminal.size.rows), now: Self.now())
            isDirty = true
          case UInt8(ascii: "T"): return .quit
          case UInt8(ascii: "H"): return .terminalLost("The terminal was closed.")
          default: break
          }
        }
        let news = mail.withLock { mail in
          defer { mail.snapshot = nil }
          return mail
        }
        if news.isStopping { return .quit }
        if let snapshot = news.snapshot, snapshot != model.snapshot {
          effects += model.update(.snapshot(snapshot), now: Self.now())
          isDirty = true
        }
      }
      if hasKeys {
        sawKeys = true
        for key in terminal.readKeys() {
          effects += model.update(.key(key), now: Self.now())
          isDirty = true
        }
      }
      if let tick = wanted, tick <= Self.now().instant { isDirty = true }
      for effect in effects {
        switch effect {
        case .send(let command): send(command)
        case .quit(let exit): return exit
        case .suspend:
          terminal.suspend()
          isDirty = true
        case .redraw:
          terminal.redraw()
          isDirty = true
        case .bell: terminal.bell()
        }
      }
    }
  }

  private func glyphs(for terminal: CursesTerminal) -> Glyphs {
    switch Self.variable("OFFHOOK_GLYPHS") {
    case "ascii": return .ascii
    case "unicode" where terminal.allowsUnicode: return .unicode
    default: break
    }
    let name = Self.variable("TERM") ?? ""
    return terminal.allowsUnicode && !name.hasPrefix("vt") && name != "dumb" ? .unicode : .ascii
  }

  /// Sleeps until a key, a wake-up or `deadline`; nil waits without end.
  private static func wait(until deadline: Instant?, now: Instant, wake: WakePipe) -> (keys: Bool, mail: Bool, isGone: Bool) {
    var descriptors = [
      pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0), pollfd(fd: wake.reading, events: Int16(POLLIN), revents: 0),
    ]
    var timeout: Int32 = -1
    if let deadline {
      // One more millisecond than the whole ones, so that the deadline has passed on waking.
      timeout = deadline <= now ? 0 : Int32(clamping: (deadline - now).wholeMilliseconds + 1)
    }
    let count = unsafe poll(&descriptors, 2, timeout)
    guard count > 0 else { return (false, false, false) }
    let gone = Int16(POLLHUP | POLLERR | POLLNVAL)
    return (
      descriptors[0].revents & Int16(POLLIN) != 0, descriptors[1].revents & Int16(POLLIN) != 0, descriptors[0].revents & gone != 0
    )
  }

  /// The only place of the screens that reads clocks.
  private static func now() -> Moment {
    var monotonic = timespec()
    var wall = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &monotonic)
    unsafe clock_gettime(CLOCK_REALTIME, &wall)
    func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
    return Moment(
      instant: Instant(nanoseconds: nanoseconds(monotonic)), wallTime: WallTime(nanosecondsSince1970: nanoseconds(wall)))
  }

  private static func variable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

  private static func isSet(_ name: String) -> Bool { variable(name).map { !$0.isEmpty } ?? false }
}
