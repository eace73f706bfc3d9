/// One line of text with a cursor.
struct TextField: Hashable, Sendable {
  /// Longer input is nobody's number; the rest of a paste is dropped.
  static let limit = 512

  private(set) var characters: [Character] = []
  /// How many characters stand before the cursor.
  private(set) var cursor = 0

  var text: String { String(characters) }
  var isEmpty: Bool { characters.isEmpty }

  mutating func set(_ text: String) {
    characters = []
    cursor = 0
    insert(text)
  }

  mutating func clear() {
    characters = []
    cursor = 0
  }

  /// Inserts what can be shown; line ends and other controls are left out.
  mutating func insert(_ text: String) {
    for character in text where characters.count < Self.limit {
      guard !character.unicodeScalars.contains(where: { CharacterWidth.kind(of: $0) == .forbidden }) else { continue }
      characters.insert(character, at: cursor)
      cursor += 1
    }
  }

  /// False when the key means nothing to a text field.
  mutating func handle(_ key: Key) -> Bool {
    switch key {
    case .character(let character): insert(String(character))
    case .paste(let text): insert(text)
    case .backspace:
      guard cursor > 0 else { return true }
      cursor -= 1
      characters.remove(at: cursor)
    case .delete:
      if cursor < characters.count { characters.remove(at: cursor) }
    case .left: cursor = max(0, cursor - 1)
    case .right: cursor = min(characters.count, cursor + 1)
    case .home, .control("a"): cursor = 0
    case .end, .control("e"): cursor = characters.count
    case .control("u"):
      characters.removeFirst(cursor)
      cursor = 0
    case .control("k"): characters.removeLast(characters.count - cursor)
    case .control("w"):
      while cursor > 0, characters[cursor - 1] == " " { removeBeforeCursor() }
      while cursor > 0, characters[cursor - 1] != " " { removeBeforeCursor() }
    default: return false
    }
    return true
  }

  private mutating func removeBeforeCursor() {
    cursor -= 1
    characters.remove(at: cursor)
  }

  /// Draws the field after `label`, with the terminal's cursor in it when it has the focus.
  func draw(
    label: String, into surface: inout Surface, _ x: Int, _ y: Int, width: Int, hasFocus: Bool, labelStyle: Style = .title
  ) {
    let start = x + surface.put(label, x, y, hasFocus ? labelStyle : .quiet, width: width)
    let room = max(1, x + width - start - 1)
    // The text slides to the left when the cursor would leave the field.
    var shown = Array(characters.prefix(cursor))
    while CellText.columns(of: String(shown), glyphs: surface.glyphs) > room { shown.removeFirst() }
    let before = surface.put(String(shown), start, y)
    surface.put(String(characters.dropFirst(cursor)), start + before, y, width: max(0, room - before))
    if hasFocus { surface.cursor = Surface.Position(x: min(start + before, surface.columns - 1), y: y) }
  }
}
