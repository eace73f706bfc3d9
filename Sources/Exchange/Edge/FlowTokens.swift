internal import SIPExtensions
internal import SIPUserAgent
internal import SansIO

/// Names for flows in the user part of Path and Record-Route URIs (RFC 5626 section 5.2): readable by us alone in the sense that
/// nobody else can make one, for each carries a keyed hash.
struct FlowTokens: Sendable {
  private let digests: any Digests
  private let secret: [UInt8]

  init(digests: any Digests, random: inout RandomSource) {
    self.digests = digests
    secret = Array(random.token(bits: 256).utf8)
  }

  func token(for flow: FlowReference) -> String {
    let text: String
    switch flow {
    case .stream(let id):
      text = "s" + String(id.rawValue, radix: 16)
    case .datagram(let listener, let remote):
      let address =
        switch remote.address {
        case .v4(let bits): String(bits, radix: 16)
        case .v6(let high, let low): String(high, radix: 16) + "_" + String(low, radix: 16)
        }
      text = "d" + String(listener.rawValue, radix: 16) + "-" + address + "-" + String(remote.port, radix: 16)
    }
    return text + "." + seal(text)
  }

  /// The flow of a token of ours; nil for one that we did not make.
  func flow(of token: String) -> FlowReference? {
    let halves = token.split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count == 2, let text = halves.first, seal(String(text)) == halves[1] else { return nil }
    if text.first == "s" { return UInt64(text.dropFirst(), radix: 16).map { .stream(FlowID($0)) } }
    let parts = text.dropFirst().split(separator: "-")
    guard text.first == "d", parts.count == 3, let listener = UInt64(parts[0], radix: 16), let port = UInt16(parts[2], radix: 16)
    else {
      return nil
    }
    let groups = parts[1].split(separator: "_", omittingEmptySubsequences: false)
    let address: IPAddress
    if groups.count == 2, let high = UInt64(groups[0], radix: 16), let low = UInt64(groups[1], radix: 16) {
      address = .v6(high: high, low: low)
    } else if groups.count == 1, let bits = UInt32(groups[0], radix: 16) {
      address = .v4(bits)
    } else {
      return nil
    }
    return .datagram(ListenerID(listener), remote: SocketAddress(address, port: port))
  }

  /// The secret on both sides of the text keeps its length from being extended; 80 bits are kept.
  private func seal(_ text: String) -> String {
    let digits = Array("0123456789abcdef")
    let hash = digests.sha256(secret + Array(text.utf8) + secret).prefix(10)
    return String(hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }
}
