import Phone

/// What a message said about how its call should be signalled, in words, with the names that said it.
struct AlertLine {
  let alert: AlertDescription

  /// More names than these are counted only.
  private static let mostNames = 4

  /// `URGENT, from outside (priority:high, source:external)`: all of it in one piece.
  var sentence: String {
    var text = alert.words.isEmpty ? "no words for this" : alert.words
    if !alert.identifiers.isEmpty { text += " (\(alert.identifiers.prefix(Self.mostNames).joined(separator: ", ")))" }
    return alert.ignored > 0 ? "\(text); \(alert.ignored) not understood" : text
  }

  /// `URGENT, from outside            priority:high  source:external`: one line when it fits into so many columns, else two.
  func sentences(columns: Int) -> [String] {
    let words = alert.words.isEmpty ? "no words for this" : alert.words
    var names = alert.identifiers.prefix(Self.mostNames).joined(separator: "  ")
    if alert.identifiers.count > Self.mostNames { names += "  and \(alert.identifiers.count - Self.mostNames) more" }
    var lines: [String]
    if names.isEmpty {
      lines = alert.words.isEmpty ? [] : [words]
    } else if words.count + names.utf8.count + 2 <= columns {
      lines = [words + String(repeating: " ", count: columns - words.count - names.utf8.count) + names]
    } else {
      lines = [words, names]
    }
    if alert.ignored > 0 {
      lines.append("\(alert.ignored) \(alert.ignored == 1 ? "wish was" : "wishes were") not understood and passed over")
    }
    return lines
  }
}

extension CallSnapshot {
  /// The light of the alert, as far as a terminal has it: red is kept for what is wrong, and the words say it all.
  var alertStyle: Style {
    switch alert?.light {
    case .red, .amber: .attention
    case .blue, .green, .white: .bold
    case .dim: .quiet
    case nil: .plain
    }
  }

  /// `URGENT, from outside`; nil when nothing was said.
  var alertWords: String? {
    guard let words = alert?.words, !words.isEmpty else { return nil }
    return words
  }
}
