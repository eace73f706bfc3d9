/// All that the Alert-Info fields of one message say, in order (RFC 7462 section 11.1: the order is the precedence).
public struct AlertInfoList: Hashable, Sendable {
  /// At most `longest`; what is behind them has the least to say and is only counted.
  public private(set) var values: [AlertInfoValue] = []
  /// Values beyond the bound.
  public private(set) var surplus = 0

  /// Nobody needs more to describe a call.
  public static let longest = 64
  /// After so many the field is no longer read at all.
  static let mostCounted = 10_000

  public init() {}

  public init(_ fields: HeaderFields) {
    var index = 0
    while let bytes = fields.nextValue(.alertInfo, &index) {
      var elements = ElementSplitter(bytes)
      while let element = elements.next() {
        if values.count < Self.longest {
          values.append(AlertInfoValue(element))
        } else {
          surplus += 1
          if surplus >= Self.mostCounted { return }
        }
      }
    }
  }

  public var isEmpty: Bool { values.isEmpty }

  /// The URNs of the `alert` namespace that are well-formed, in order, repeated ones too.
  public var urns: [AlertURN] {
    values.compactMap { if case .alert(let urn) = $0.content { urn } else { nil } }
  }

  /// How many values say nothing that can be understood: broken URNs, and what is beyond the bound.
  public var invalidCount: Int {
    values.count { $0.content == .invalidAlert } + surplus
  }
}

extension HeaderFields {
  /// What the Alert-Info fields say. Never fails.
  public var alertInfo: AlertInfoList { AlertInfoList(self) }

  /// Adds URNs to Alert-Info, a field each. Registered names are written as they are registered.
  public mutating func append(alerts: [AlertURN]) {
    for urn in alerts { append(name: .alertInfo, value: "<\(urn)>") }
  }
}
