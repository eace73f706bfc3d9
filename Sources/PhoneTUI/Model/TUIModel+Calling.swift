import Phone

/// By which account the next call goes out: shown before it starts, and changed by a key.
extension TUIModel {
  /// Whom Enter would call now, and with which account when something older decides that; nil for nobody.
  private var nextCallee: (target: String, account: String?)? {
    guard homePane == .dial else { return selectedTarget }
    let text = String(dialField.text.trimmedLine)
    guard !text.isEmpty else { return nil }
    // As the phone does: a contact's name stands for its address.
    let contact = snapshot.contacts.first { $0.name.lowercased() == text.lowercased() }
    return (contact?.uri ?? text, nil)
  }

  /// What Enter would call with, in words; nil while there is nothing to choose from.
  var callingLine: String? {
    let accounts = snapshot.calling.candidates
    guard accounts.count > 1 else { return nil }
    func line(_ address: String, _ isReady: Bool, _ why: String?) -> String {
      "as \(address)" + (why.map { " (\($0))" } ?? "") + (isReady ? "" : ", not signed in")
    }
    if let chosen = accounts.first(where: { $0.number == callingAccount }) {
      return line(chosen.address, chosen.isReady, "you chose it")
    }
    let callee = nextCallee
    if let address = callee?.account, let known = accounts.first(where: { $0.address == address }) {
      return line(known.address, known.isReady, "as that call")
    }
    guard let choice = snapshot.calling.choose(callee?.target ?? "0") else { return nil }
    switch choice.reason {
    case .rule(let text): return line(choice.address, choice.isReady, "calls_to \(text)")
    case .ownDomain: return line(choice.address, choice.isReady, "its own domain")
    case .usual: return line(choice.address, choice.isReady, nil)
    }
  }

  /// The next account of the list, and after the last one the phone's own choice again.
  mutating func chooseNextAccount() {
    let numbers = snapshot.calling.candidates.map(\.number)
    let place = callingAccount.flatMap { numbers.firstIndex(of: $0) }.map { $0 + 1 } ?? 0
    callingAccount = numbers.indices.contains(place) ? numbers[place] : nil
    say(callingLine.map { "The next call goes out \($0)." } ?? "There is one account.")
  }
}
