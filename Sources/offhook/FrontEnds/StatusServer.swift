import Phone
import PhoneSystem

/// Answers `offhook status` and `offhook policy why` for a phone that runs here.
struct StatusServer {
  private let socket: StatusSocket

  /// nil when there is nowhere to answer; the phone works without.
  init?(_ phone: PhoneEngine) {
    let socket = StatusSocket { form in
      let answer = LateBound<String>()
      let ready = Gate()
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

  func close() {
    socket.close()
  }
}
