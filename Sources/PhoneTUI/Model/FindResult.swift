import Phone

/// One line of what `/` found.
struct FindResult: Hashable, Sendable {
  enum Target: Hashable, Sendable {
    /// Whom to call, with which account (nil: let the phone choose).
    case dial(String, account: String?)
    /// A word for the `:` line.
    case command(String)
  }
  var kind: String
  var title: String
  var detail: String
  var target: Target
}
