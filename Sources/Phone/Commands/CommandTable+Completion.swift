extension CommandTable {
  /// Whole lines that `line` could become, best first, at most 20. Contacts, accounts and calls come from `snapshot`.
  public static func completions(for line: String, in snapshot: PhoneSnapshot, at place: CommandWord.Place = .screen) -> [String] {
    let start = line.drop { $0.isWhitespace }
    let name = start.prefix { !$0.isWhitespace }
    let rest = start[name.endIndex...]
    guard !rest.isEmpty else {
      let typed = name.lowercased()
      let fitting = words.filter { $0.places.contains(place) && $0.word.hasPrefix(typed) }
      return fitting.map { $0.argument == nil ? $0.word : $0.word + " " }
    }
    guard let row = word(name), let argument = row.argument else { return [] }
    let typed = rest.trimmingBlanks.lowercased()
    let candidates = values(for: argument, in: snapshot)
    return candidates.filter { $0.lowercased().hasPrefix(typed) }.prefix(20).map { "\(row.word) \($0)" }
  }

  private static func values(for argument: CommandWord.Argument, in snapshot: PhoneSnapshot) -> [String] {
    switch argument {
    case .target, .transfer:
      var seen = argument == .transfer ? ["accept", "refuse"] : []
      for value in snapshot.contacts.map({ $0.name }) + snapshot.history.map({ $0.peerAddress }) where !seen.contains(value) {
        seen.append(value)
      }
      return seen
    case .call, .optionalCall, .callAndStatus: return snapshot.calls.map { "\($0.id)" }
    case .digits: return []
    case .policy: return ["auto", "ring", "list", "why", "try ", "add ", "set ", "delete ", "move ", "on ", "off ", "undo"]
    case .onOrOff: return ["on", "off"]
    case .presented, .optionalAccount: return snapshot.accounts.map { $0.address }
    }
  }
}
