import Phone
import SansIO

extension TUIModel {
  /// The contacts, narrowed by what is being typed into the dial field.
  var shownContacts: [ContactSnapshot] {
    guard !dialField.isEmpty else { return snapshot.contacts }
    let matches = snapshot.contacts.filter { Self.matches(dialField.text, in: [$0.name, $0.label, $0.uri]) }
    return matches.isEmpty ? snapshot.contacts : matches
  }

  var shownHistory: [CallRecord] {
    switch historyFilter {
    case .all: snapshot.history
    case .missed: snapshot.history.filter { $0.isIncoming && $0.outcome == .missed }
    case .incoming: snapshot.history.filter(\.isIncoming)
    case .outgoing: snapshot.history.filter { !$0.isIncoming }
    }
  }

  var selectedContact: ContactSnapshot? {
    let contacts = shownContacts
    return contacts.indices.contains(contactList.selected) ? contacts[contactList.selected] : nil
  }

  var selectedRecord: CallRecord? {
    let records = shownHistory
    return records.indices.contains(historyList.selected) ? records[historyList.selected] : nil
  }

  /// Whom Enter calls from the lists.
  var selectedTarget: (target: String, account: String?)? {
    switch homePane {
    case .contacts: return selectedContact.map { ($0.uri, nil) }
    case .history: return selectedRecord.map { ($0.peerURI.isEmpty ? $0.peerAddress : $0.peerURI, knownAccount($0.account)) }
    case .dial: return nil
    }
  }

  /// The account of an old call, unless it is not set up any more.
  func knownAccount(_ address: String) -> String? {
    snapshot.accounts.contains { $0.address == address } ? address : nil
  }

  mutating func callSelected(into effects: inout [TUIEffect]) {
    if homePane == .dial {
      let text = String(dialField.text.trimmedLine)
      guard !text.isEmpty else { return }
      dial(text, account: nil, into: &effects)
      return
    }
    guard let (target, account) = selectedTarget else { return }
    dial(target, account: account, into: &effects)
  }

  mutating func dial(_ target: String, account: String?, into effects: inout [TUIEffect]) {
    effects.append(.send(.dial(target, account: callingAccount.map { "\($0)" } ?? account)))
    callingAccount = nil
    dialField.clear()
    homePane = .contacts
    view = snapshot.calls.isEmpty ? .home : .calls
  }

  /// True when every word of `query` occurs in one of the texts, in any case.
  static func matches(_ query: String, in texts: [String]) -> Bool {
    let texts = texts.map { $0.lowercased() }
    return query.lowercased().split(separator: " ").allSatisfy { word in texts.contains { $0.contains(word) } }
  }

  var findResults: [FindResult] {
    let query = String(findField.text.trimmedLine)
    var results: [FindResult] = []
    let looksDialable = query.first.map { $0.isNumber || "+*#".contains($0) } ?? false
    if looksDialable || query.contains("@") || query.hasPrefix("sip:") || query.hasPrefix("sips:") || query.hasPrefix("tel:") {
      results.append(FindResult(kind: "dial", title: query, detail: "call this", target: .dial(query, account: nil)))
    }
    for contact in snapshot.contacts where Self.matches(query, in: [contact.name, contact.label, contact.uri]) {
      results.append(
        FindResult(
          kind: "contact", title: contact.name, detail: "\(contact.label)  \(contact.uri)", target: .dial(contact.uri, account: nil)
        ))
    }
    var seen: [String] = []
    for record in snapshot.history where !seen.contains(record.peerURI) {
      let name = record.peerName ?? ""
      guard Self.matches(query, in: [name, record.peerAddress, record.peerURI]) else { continue }
      seen.append(record.peerURI)
      let when = options.localTime(record.startedAt).short(beside: options.localTime(now.wallTime))
      results.append(
        FindResult(
          kind: "history", title: name.isEmpty ? record.peerAddress : name, detail: "\(record.peerAddress)  last \(when)",
          target: .dial(record.peerURI, account: knownAccount(record.account))))
    }
    for row in CommandWords.rows where Self.matches(query, in: [row.name, row.help]) {
      let line = row.takesArgument ? row.name + " " : row.name
      results.append(FindResult(kind: "command", title: ":\(row.usage)", detail: row.help, target: .command(line)))
    }
    return results
  }

  mutating func handleFind(_ key: Key, into effects: inout [TUIEffect]) {
    let results = findResults
    switch key {
    case .escape: overlay = nil
    case .up, .down, .pageUp, .pageDown:
      let action: Action = key == .up ? .up : key == .down ? .down : key == .pageUp ? .pageUp : .pageDown
      findList.move(action, count: results.count, page: max(1, rows - 10))
    case .enter:
      guard results.indices.contains(findList.selected) else {
        say("Nothing is selected.")
        return
      }
      overlay = nil
      switch results[findList.selected].target {
      case .dial(let target, let account): dial(target, account: account, into: &effects)
      case .command(let line):
        commandField.set(line)
        commandHistoryIndex = nil
        overlay = .command
      }
    default:
      _ = findField.handle(key)
      findList = ListState()
    }
  }
}
