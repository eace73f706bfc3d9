import Media

/// Remembers what the loudspeaker and the ring device were told, so that only differences are ordered.
struct SoundDirector: Sendable {
  private var tone: ToneProgram?
  private var ring: ToneProgram?
  private var focus: MediaStreamID?

  /// The stream was closed and opened once more: whoever was heard has to be named anew.
  mutating func streamRenewed(_ stream: MediaStreamID) {
    if focus == stream { focus = nil }
  }

  mutating func settle(tone: ToneProgram?, ring: ToneProgram?, focus: MediaStreamID?, into outputs: inout [PhoneOutput]) {
    if self.ring != ring {
      self.ring = ring
      outputs.append(.media(.ring(ring)))
    }
    if self.tone != tone {
      self.tone = tone
      outputs.append(.media(.tone(tone)))
    }
    if self.focus != focus {
      self.focus = focus
      outputs.append(.media(.focus(focus)))
    }
  }
}
