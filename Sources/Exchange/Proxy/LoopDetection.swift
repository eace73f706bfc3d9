internal import SIPExtensions
internal import SIPMessages
internal import SansIO

/// The second part of a proxy's branch (RFC 3261 section 16.6 item 8, RFC 5393 section 4.2): a hash of everything that decides
/// where a request goes. A request that comes back with all of that unchanged goes in circles; one that comes back changed is a
/// spiral, and may.
struct LoopDetection: Sendable {
  private static let separator: Character = "."

  private let digests: any Digests

  init(digests: any Digests) {
    self.digests = digests
  }

  /// For the end of the branch. The method is no part of it, so that CANCEL and ACK find the same.
  func suffix(for request: Request) -> String {
    var text = request.uri.description
    for name in [HeaderName.route, .proxyRequire, .proxyAuthorization] {
      for value in request.fields.values(name) { text += "\n\(value)" }
      text += "\n"
    }
    text += "\(request.from?.tag ?? "")\n\(request.to?.tag ?? "")\n\(request.callID ?? "")\n\(request.cseq?.number ?? 0)"
    let digits = Array("0123456789abcdef")
    let hash = digests.sha256(Array(text.utf8)).prefix(8)
    return String(Self.separator) + String(hash.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
  }

  /// Whether a Via of ours, as `isOwn` tells them, holds the hash of this very request.
  func isLoop(_ request: Request, isOwn: (Via) -> Bool) -> Bool {
    let own = request.vias.filter(isOwn)
    guard !own.isEmpty else { return false }
    let suffix = suffix(for: request)
    return own.contains { $0.branch?.hasSuffix(suffix) == true }
  }
}
