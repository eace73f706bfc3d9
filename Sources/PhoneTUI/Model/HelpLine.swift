/// One row of the help.
enum HelpLine: Hashable, Sendable {
  case title(String)
  case key(String, title: String, text: String)
  /// The rest of an explanation.
  case more(String)
  case blank

  static let textColumn = 33
}
