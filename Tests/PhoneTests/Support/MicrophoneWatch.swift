import Media
import Phone
import SansIO
import Testing

/// Holds a phone to the promise of RFC 5373 section 7.4: a call's microphone opens only after the user has asked to be heard in
/// that call, and not again after it was shut.
///
/// It knows nothing of the phone's inside: a command of the right kind that was obeyed asks for the call that is selected after it.
struct MicrophoneWatch {
  /// Calls that the user asked to be heard in. Dialling takes effect later, when the call is answered.
  private var asked: [UInt64] = []
  private var open: UInt64?

  mutating func check(_ input: PhoneInput, _ outputs: [PhoneOutput], _ snapshot: PhoneSnapshot) {
    var command: PhoneCommand?
    if case .command(let given) = input { command = given }
    let wasRefused = outputs.contains { if case .event(.error) = $0 { true } else { false } }
    if let command, Self.asksForMicrophone(command), !wasRefused, let call = snapshot.selectedCall { asked.append(call.rawValue) }
    for case .media(.microphone(let stream, let isOpen)) in outputs {
      // In these tests every call has a stream, so that their numbers are the same.
      let call = stream.rawValue
      if isOpen {
        #expect(asked.contains(call), "the microphone of call \(call) opened without an act of the user, on \(input)")
        #expect(open == nil, "two microphones are open")
        open = call
      } else {
        #expect(open == call)
        open = nil
        // After muting, unmuting asks again.
        asked.removeAll { $0 == call }
      }
    }
    for case .media(.close(let stream)) in outputs where open == stream.rawValue { open = nil }
    #expect(snapshot.calls.count { $0.isMicrophoneOpen } <= 1)
  }

  static func asksForMicrophone(_ command: PhoneCommand) -> Bool {
    switch command {
    case .dial, .answer, .resume, .swap, .unmute, .talk, .decideTransfer(_, true): true
    default: false
    }
  }
}
