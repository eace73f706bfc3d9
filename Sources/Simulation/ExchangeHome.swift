internal import Exchange

/// The exchange that simulated phones register at.
enum ExchangeHome {
  static let domain = "example.test"

  static var configuration: ExchangeConfiguration {
    ExchangeConfiguration(
      domain: domain, users: [ExchangeUser(name: "alice", password: "alice"), ExchangeUser(name: "bob", password: "bob")])
  }
}
