/// Somebody who may register and call.
public struct ExchangeUser: Hashable, Sendable {
  /// The user part of the address of record and the user name of digest authentication.
  public var name: String
  public var password: String
  /// Further user parts that reach the same person, such as a number.
  public var aliases: [String]

  public init(name: String, password: String, aliases: [String] = []) {
    self.name = name
    self.password = password
    self.aliases = aliases
  }
}
