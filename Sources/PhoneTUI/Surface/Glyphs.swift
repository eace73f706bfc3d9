/// The signs that are not letters. Each of them stands beside a word, so the plain set loses nothing.
public struct Glyphs: Hashable, Sendable {
  /// False: whatever is not ASCII is shown as `?`, so that no byte reaches a terminal that cannot read it.
  public var allowsUnicode: Bool
  var horizontal, vertical, teeDown, teeUp, topLeft, topRight, bottomLeft, bottomRight: String
  var selection, ellipsis: String
  var ready, trying, broken, offline, direct: String
  var incoming, outgoing, missed, failed, elsewhere, rejected: String
  var checked, provider, claimed: String
  var current: String
  var barFull, barEmpty: String
  /// From least to most.
  var levels: [String]
  var arrowRight, arrowLeft, line, sparkGap, dot: String

  public static let unicode = Glyphs(
    allowsUnicode: true, horizontal: "─", vertical: "│", teeDown: "┬", teeUp: "┴", topLeft: "┌", topRight: "┐", bottomLeft: "└",
    bottomRight: "┘", selection: "▌", ellipsis: "…", ready: "●", trying: "◌", broken: "○", offline: "·", direct: "◇", incoming: "←",
    outgoing: "→", missed: "✗", failed: "✗", elsewhere: "↷", rejected: "⊘", checked: "✓", provider: "~", claimed: "✗", current: "▶",
    barFull: "▮", barEmpty: "▯", levels: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], arrowRight: "▶", arrowLeft: "◀", line: "─",
    sparkGap: " ", dot: "·")

  public static let ascii = Glyphs(
    allowsUnicode: false, horizontal: "-", vertical: "|", teeDown: "+", teeUp: "+", topLeft: "+", topRight: "+", bottomLeft: "+",
    bottomRight: "+", selection: ">", ellipsis: "~", ready: "*", trying: "~", broken: "o", offline: ".", direct: "=", incoming: "<",
    outgoing: ">", missed: "x", failed: "x", elsewhere: "^", rejected: "/", checked: "+", provider: "~", claimed: "-", current: ">",
    barFull: "#", barEmpty: ".", levels: ["_", ".", ":", "-", "=", "+", "*", "#"], arrowRight: ">", arrowLeft: "<", line: "-",
    sparkGap: " ", dot: ".")
}
