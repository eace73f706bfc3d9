/// What does not work, one sentence for each cause, in the order in which it broke.
struct TroubleList: Sendable {
  private var entries: [(cause: String, sentence: String)] = []

  /// nil: it works again. True when something changed.
  @discardableResult
  mutating func set(_ cause: String, _ sentence: String?) -> Bool {
    let sentence = sentence.flatMap { DisplayText.bounded($0, to: 300) }
    let index = entries.firstIndex { $0.cause == cause }
    switch (index, sentence) {
    case (nil, nil): return false
    case (nil, let sentence?): entries.append((cause, sentence))
    case (let index?, nil): entries.remove(at: index)
    case (let index?, let sentence?):
      if entries[index].sentence == sentence { return false }
      entries[index].sentence = sentence
    }
    return true
  }

  /// Several causes may have the same sentence: a sound card that is missing is so for the ringing and for the voice.
  var sentences: [String] {
    var sentences: [String] = []
    for entry in entries where !sentences.contains(entry.sentence) { sentences.append(entry.sentence) }
    return sentences
  }
}
