/// The status code of a response (RFC 3261 section 7.2 and 21). An open set: any number from 100 to 699 may arrive.
public struct StatusCode: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The class of a status code, its first digit.
  public enum Kind: Int, Hashable, Sendable {
    case provisional = 1
    case success = 2
    case redirection = 3
    case requestFailure = 4
    case serverFailure = 5
    case globalFailure = 6
  }

  /// The number, 100 to 699 when it came from the wire.
  public let rawValue: Int

  public init(_ rawValue: Int) {
    self.rawValue = rawValue
  }

  /// The class. An unknown code is treated as the x00 of its class (RFC 3261 section 8.1.3.2).
  public var kind: Kind {
    switch rawValue {
    case ..<200: .provisional
    case 200..<300: .success
    case 300..<400: .redirection
    case 400..<500: .requestFailure
    case 500..<600: .serverFailure
    default: .globalFailure
    }
  }

  public var isProvisional: Bool { rawValue < 200 }
  public var isFinal: Bool { rawValue >= 200 }
  public var isSuccess: Bool { kind == .success }

  public static func < (left: StatusCode, right: StatusCode) -> Bool {
    left.rawValue < right.rawValue
  }

  public var description: String { String(rawValue) }
}
