import SIPMessages

/// A whole message: what is read gives its own bytes back, and changing it touches nothing else.
enum MessageFuzzer: Fuzzer {
  static let name = "message"
  static let summary = "a message: untouched it is its own bytes; changed, it can be read again and holds the rest as it was"

  static func run(_ bytes: [UInt8]) {
    let received: ReceivedMessage
    do {
      received = try MessageParser.parse(bytes)
    } catch {
      if let request = error.salvage {
        let answer = Response(to: request, status: .badRequest, toTag: "t").serialized()
        require(answer.starts(with: Array("SIP/2.0 400".utf8)), "the answer to a broken request is none")
      }
      return
    }
    let serialized = received.message.serialized()
    let start = bytes.firstIndex { $0 != 0x0D && $0 != 0x0A } ?? 0
    require(bytes[start...].starts(with: serialized), "an untouched message is not its own bytes")
    require((try? MessageParser.parse(serialized))?.message == received.message, "its own bytes are read as something else")
    HeaderTypes.readAll(received.message.fields)
    if let request = received.message.request {
      _ = request.uri.description
      require(request.uri.matches(request.uri), "a URI does not match itself")
    }
    change(received)
    rebuild(received)
  }

  private static func change(_ received: ReceivedMessage) {
    var changed = received.message
    changed.fields.removeFirstElement(Via.self)
    changed.fields.prepend(Via(transport: "UDP", host: .name("proxy"), branch: "z9hG4bKx"))
    changed.fields.set(MaxForwards(1))
    guard let again = try? MessageParser.parse(changed.serialized()) else { fatalError("a changed message cannot be read") }
    require(again.essentials.topVia.branch == "z9hG4bKx", "the new Via is not on top")
    require(again.essentials.maxForwards == 1, "Max-Forwards was not set")
    require(again.essentials.callID == received.essentials.callID, "Call-ID changed")
    require(again.essentials.fromTag == received.essentials.fromTag, "the From tag changed")
    require(again.essentials.cseq == received.essentials.cseq, "CSeq changed")
    require(again.message.body == received.message.body, "the body changed")
  }

  /// Writes the essentials from their types, as one does who makes a response or forwards a request.
  private static func rebuild(_ received: ReceivedMessage) {
    var changed = received.message
    changed.fields.replaceFirstElement(with: received.essentials.topVia)
    if let from = (try? changed.fields[From.self]) ?? nil { changed.fields.set(from) }
    if let to = (try? changed.fields[To.self]) ?? nil { changed.fields.set(to) }
    changed.fields.set(received.essentials.cseq)
    if let contacts = try? changed.fields.all(Contact.self) { changed.fields.set(contacts) }
    guard let again = try? MessageParser.parse(changed.serialized()) else { fatalError("a rebuilt message cannot be read") }
    require(again.essentials.topVia == received.essentials.topVia, "the Via changed")
    require(again.essentials.fromTag == received.essentials.fromTag, "the From tag changed")
    require(again.essentials.toTag == received.essentials.toTag, "the To tag changed")
    require(again.message.body == received.message.body, "the body changed")
  }
}
