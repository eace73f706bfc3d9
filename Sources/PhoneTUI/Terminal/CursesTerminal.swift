import CNCurses

/// The terminal. No other file knows ncurses; one thread owns it.
final class CursesTerminal {
  let allowsUnicode: Bool
  private let usesColors: Bool
  private var shown: Surface?

  struct Failure: Error { var sentence: String }

  /// `noColor`: the user asked for none (no-color.org).
  init(noColor: Bool, wake: WakePipe) throws(Failure) {
    let hasUTF8 = cncurses_choose_locale()
    guard cncurses_open() else {
      throw Failure(sentence: "This is not a terminal that screens can be drawn on: check TERM, or use offhook --headless.")
    }
    allowsUnicode = hasUTF8
    let colors = cncurses_colors()
    usesColors = !noColor && colors >= 8
    if usesColors { Self.defineColors(count: Int(colors)) }
    cncurses_install_signals(wake.writing)
  }

  deinit { close() }

  func close() {
    cncurses_remove_signals()
    cncurses_close()
  }

  var size: (columns: Int, rows: Int) { (Int(cncurses_columns()), Int(cncurses_rows())) }

  func followSize() {
    cncurses_follow_size()
    shown = nil
  }

  func suspend() {
    cncurses_suspend()
    shown = nil
  }

  func redraw() {
    cncurses_redraw()
    shown = nil
  }

  func bell() { cncurses_bell() }

  /// Draws the rows that differ from what is shown; ncurses finds the cells.
  func draw(_ surface: Surface) {
    let isSameSize = shown.map { $0.columns == surface.columns && $0.rows == surface.rows } ?? false
    for row in 0..<surface.rows {
      let range = row * surface.columns..<(row + 1) * surface.columns
      if isSameSize, let shown, shown.cells[range] == surface.cells[range] { continue }
      for column in 0..<surface.columns { put(surface.cells[row * surface.columns + column], row, column) }
    }
    cncurses_flush(Int32(surface.cursor?.y ?? -1), Int32(surface.cursor?.x ?? 0))
    shown = surface
  }

  private func put(_ cell: Cell, _ row: Int, _ column: Int) {
    guard cell.columns > 0 else { return }
    let scalars = cell.text.unicodeScalars.map(\.value)
    var attributes: UInt32 = 0
    if cell.style.attributes.contains(.bold) { attributes |= UInt32(cncurses_bold) }
    if cell.style.attributes.contains(.reverse) { attributes |= UInt32(cncurses_reverse) }
    if cell.style.attributes.contains(.underline) { attributes |= UInt32(cncurses_underline) }
    var pair = usesColors ? Int32(cell.style.role.rawValue) : 0
    if cell.style.attributes.contains(.dim) {
      // Many terminals draw "dim" so dark that it cannot be read; a grey of our own is better where there is one.
      if usesColors, cell.style.role == .plain { pair = Self.greyPair } else { attributes |= UInt32(cncurses_dim) }
    }
    unsafe scalars.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      unsafe cncurses_put(Int32(row), Int32(column), start, Int32(buffer.count), attributes, pair)
    }
  }

  // MARK: Colours

  private static let greyPair: Int32 = 15

  /// Middle tones, which can be read on a dark and on a light background.
  private static func defineColors(count: Int) {
    cncurses_use_colors()
    let isRich = count >= 256
    for role in Style.Role.allCases {
      let color: Int32 =
        switch role {
        case .plain: -1
        case .accent: isRich ? 33 : 6
        case .talking: isRich ? 34 : 2
        case .alarm: isRich ? 196 : 1
        case .attention: isRich ? 172 : 3
        }
      if role != .plain { cncurses_define_pair(Int32(role.rawValue), color) }
    }
    cncurses_define_pair(greyPair, isRich ? 245 : count >= 16 ? 8 : -1)
  }

  // MARK: Keys

  /// Every key that waits.
  func readKeys() -> [Key] {
    var keys: [Key] = []
    var pasted: String?
    var value: UInt32 = 0
    while true {
      let kind = Int(unsafe cncurses_read_key(&value))
      if kind == cncurses_key_none { break }
      if kind == cncurses_key_code {
        if Int(value) == cncurses_code_paste_begin {
          pasted = ""
        } else if Int(value) == cncurses_code_paste_end {
          if let text = pasted { keys.append(.paste(text)) }
          pasted = nil
        } else if pasted == nil, let key = Self.key(code: Int(value)) {
          keys.append(key)
        }
      } else if pasted != nil {
        if let scalar = Unicode.Scalar(value), (pasted?.utf8.count ?? 0) < 4096 { pasted?.unicodeScalars.append(scalar) }
      } else if let key = Self.key(scalar: value) {
        keys.append(key)
      }
    }
    if let pasted, !pasted.isEmpty { keys.append(.paste(pasted)) }
    return keys
  }

  private static func key(scalar value: UInt32) -> Key? {
    switch value {
    case 9: return .tab
    case 10, 13: return .enter
    case 27: return .escape
    case 8, 127: return .backspace
    case 1...26: return Unicode.Scalar(value + 96).map { .control(Character($0)) }
    case 0..<32: return nil
    default: return Unicode.Scalar(value).map { .character(Character($0)) }
    }
  }

  private static func key(code: Int) -> Key? {
    switch code {
    case cncurses_code_up: .up
    case cncurses_code_down: .down
    case cncurses_code_left: .left
    case cncurses_code_right: .right
    case cncurses_code_home: .home
    case cncurses_code_end: .end
    case cncurses_code_page_up: .pageUp
    case cncurses_code_page_down: .pageDown
    case cncurses_code_backspace: .backspace
    case cncurses_code_delete: .delete
    case cncurses_code_insert: .insert
    case cncurses_code_enter: .enter
    case cncurses_code_back_tab: .backTab
    case let code where code > cncurses_code_function && code <= cncurses_code_function + 24:
      .function(code - cncurses_code_function)
    default: nil
    }
  }
}
