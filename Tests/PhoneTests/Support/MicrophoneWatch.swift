import Media
import Phone
import Testing

/// Holds a phone to the promise of RFC 5373 section 7.4: a microphone opens after an act of the user that asks for it, and one act opens
/// it once.
struct MicrophoneWatch {
  /// Acts that have not yet led to an open microphone. Dialling and answering may take effect later, when the call stands.
  private var acts = 0
  private var open: MediaStreamID?

  mutating func check(_ input: PhoneInput, _ outputs: [PhoneOutput], _ snapshot: PhoneSnapshot) {
    if case .command(let command) = input, Self.asksForMicrophone(command) { acts += 1 }
    for case .media(.microphone(let stream, let isOpen)) in outputs {
      if isOpen {
        #expect(acts > 0, "a microphone opened without an act of the user, on \(input)")
        #expect(open == nil, "two microphones are open")
        acts = 0
        open = stream
      } else {
        #expect(open == stream)
        open = nil
      }
    }
    for case .media(.close(let stream)) in outputs where open == stream { open = nil }
    #expect(snapshot.calls.count { $0.isMicrophoneOpen } <= 1)
  }

  static func asksForMicrophone(_ command: PhoneCommand) -> Bool {
    switch command {
    case .dial, .answer, .resume, .swap, .unmute, .talk: true
    default: false
    }
  }
}
