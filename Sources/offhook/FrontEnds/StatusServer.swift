import Phone
import PhoneSystem

/// Answers `offhook status`, `offhook policy why` and `offhook tell` for a phone that runs here.
struct StatusServer {
  /// What stands before a command of `offhook tell`.
  static let order = "tell "

  private let socket: StatusSocket

  /// nil when there is nowhere to answer; the phone works without.
  init?(_ phone: PhoneEngine) {
    let socket = StatusSocket { form in
      let answer = LateBound<String>()
      let ready = Gate()
      if form.hasPrefix(Self.order) { return Self.obey(form.dropFirst(Self.order.count), phone) }
      if form == "why" {
        phone.withNewestExplanation { lines in
          answer.set((lines.isEmpty ? ["No call has come in yet."] : lines).map { $0 + "\n" }.joined())
          ready.open()
        }
      } else {
        phone.withSnapshot { snapshot in
          answer.set(form == "json" ? HeadlessFormat.status(snapshot) + "\n" : StatusText.lines(snapshot))
          ready.open()
        }
      }
      ready.wait(for: .seconds(1))
      return answer.value ?? ""
    }
    guard let socket else { return nil }
    self.socket = socket
  }

  /// Nothing but this user can open the socket, so that what comes by it is an act of the user as a key is. The answer is empty,
  /// or says what was expected.
  private static func obey(_ line: Substring, _ phone: PhoneEngine) -> String {
    do throws(CommandError) {
      phone.send(try CommandTable.parse(String(line)))
      return "\n"
    } catch {
      return error.expected + "\n"
    }
  }

  func close() {
    socket.close()
  }
}
