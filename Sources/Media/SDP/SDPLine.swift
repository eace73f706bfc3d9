/// A line that is kept without being understood.
public struct SDPLine: Hashable, Sendable {
  public var letter: Character
  public var value: String

  public init(_ letter: Character, _ value: String) {
    self.letter = letter
    self.value = value
  }
}
